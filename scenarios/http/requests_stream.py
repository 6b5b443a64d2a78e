"""Save a body piece by piece while it is still arriving, and show how it goes on."""

from pathlib import Path

import requests


def main():
    with (
        requests.get("https://api.github.com/events", stream=True) as res,
        Path("temp.txt").open("wb") as file,
    ):
        for chunk in res.iter_content(512):
            file.write(chunk)
            print(f"{len(chunk)} bytes")


if __name__ == "__main__":
    main()
