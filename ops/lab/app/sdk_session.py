"""Session of AWS's SDK that the lab's clients come from: botocore's, without what boto3 puts around it.

A short command spends most of its time on imports. The lab uses clients alone, which are botocore's; boto3
would bring transfers of files and resources as well.
"""

import os
from datetime import datetime
from typing import Any, Protocol

from botocore.loaders import Loader
from botocore.session import Session
from botocore.utils import parse_timestamp


class ClientSession(Protocol):
    """What makes clients for one region: an `SdkSession`, or a session of boto3's."""

    @property
    def region_name(self) -> str | None: ...

    @property
    def client(self) -> Any: ...


class SdkSession:
    """The clients of one caller. `session` has the region and the credentials, or finds them when asked."""

    def __init__(self, session: Session) -> None:
        self._session = session
        session.get_component("response_parser_factory").set_parser_defaults(timestamp_parser=moment_of)

    @property
    def region_name(self) -> str | None:
        name = self._session.get_config_variable("region")
        return None if name is None else str(name)

    def client(self, service: str, **options: Any) -> Any:
        """A client of the service by botocore's name for it; the options are those of `create_client`."""
        return self._session.create_client(service, **options)


def moment_of(value: Any) -> datetime:
    """A time of an answer, in local time as botocore has it.

    Of a number in a tenth of botocore's time: curves are of thousands.
    """
    if isinstance(value, int | float):
        return datetime.fromtimestamp(value).astimezone()
    return parse_timestamp(value)


class FolderLoader(Loader):
    """Finds descriptions of services among botocore's own, without a look into each of 400 folders.

    What a folder lacks is told when it is read: DataNotFoundError.
    """

    def __init__(self) -> None:
        super().__init__([self.BUILTIN_DATA_PATH], include_default_search_paths=False)

    def list_available_services(self, type_name: str) -> list[str]:
        return sorted({folder.name for path in self.search_paths for folder in os.scandir(path)})
