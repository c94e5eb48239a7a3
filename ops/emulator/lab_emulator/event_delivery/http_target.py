"""HTTP targets: the stand-in for the `requests` of LocalStack's, which log an error status and go on.

LocalStack took an event for delivered when the API destination had answered 503.
"""

import requests

# "EventBridge requests to an API destination endpoint must have a maximum client execution timeout of five
# seconds" (user guide, eb-api-destinations).
TIMEOUT_SECONDS = 5


def request(method: str, url: str, **options: object) -> requests.Response:
    """Like `requests.request`, but raise HTTPError for any status from 400, and Timeout after 5 s."""
    response = requests.request(method, url, **{"timeout": TIMEOUT_SECONDS, **options})
    response.raise_for_status()
    return response
