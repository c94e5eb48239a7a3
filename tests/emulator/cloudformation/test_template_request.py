"""Request for a template: one of the emulator's own where it is to the emulator, and to it alone."""

from tests.emulator.emulator_python import answer_of

PROGRAM = """
from localstack import config
from lab_emulator.cloudformation import template_request

class Requests:
    @staticmethod
    def get(url, headers):
        return bool(headers)

template_request.safe_requests = Requests
config.internal_service_url = lambda: "http://127.0.0.1:4566"
config.external_service_url = lambda: "http://localhost:4566"
urls = ["http://127.0.0.1:4566/b/k", "http://localhost:4566/b/k", "http://127.0.0.1:45660/b/k", "https://a.b/k"]
answer = [template_request.get(url) for url in urls]
"""


def test_another_server_sees_nothing_of_it() -> None:
    assert answer_of(PROGRAM) == [True, True, False, False]
