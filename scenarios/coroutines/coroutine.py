"""A producer and a consumer that take turns in one thread, by a generator alone.

`send` hands a value to the waiting `yield` and returns what the next `yield` gives back. A
generator has to be primed first: `send(None)` runs it up to its first `yield`.
"""


def consumer():
    answer = ""
    while True:
        item = yield answer
        print(f"[CONSUMER] consuming {item}")
        answer = "200 OK"


def produce(consumer, rounds=5):
    consumer.send(None)
    for item in range(1, rounds + 1):
        answer = consumer.send(item)
        print(f"[PRODUCER] {item} was answered {answer}")
    consumer.close()


def main():
    produce(consumer())


if __name__ == "__main__":
    main()
