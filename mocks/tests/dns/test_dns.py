import subprocess
import sys


def test_without_dnspython_it_says_what_to_install():
    program = "import sys; sys.modules['dns'] = None\nimport netmocks.dns"
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stderr
    assert said.endswith(
        "ModuleNotFoundError: netmocks.dns speaks DNS by dnspython, which is not installed:"
        " pip install 'netharness[dns]'\n"
    )
    assert said.count("Traceback") == 1
