"""Gateway that serves the HTTP APIs: an ordered list of handlers that share one `Exchange`.

Serves stages and routes, throttling, Lambda and JWT authorizers, CORS, Lambda functions by payload format
2.0, and access logs. LocalStack answers 404 instead. It refuses as AWS does, with 401, 403, 404, 413, 429,
500 or 503 (`gateway_error`), and depends on no metric: those who observe are handed to `gateway`.
"""
