"""What every test of this repository has: pytester, for tests of the plugin itself."""

pytest_plugins = ["pytester"]
