"""Settings of the app: each declared once, by pipeline, and read once from CDK context. Knows nothing of AWS.

`python -m infra.settings --markdown` prints them all.
"""

from infra.settings.app_settings import Settings

__all__ = ["Settings"]
