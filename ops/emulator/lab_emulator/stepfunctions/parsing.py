"""What executions parse anew each time, kept: a workflow's definition and its few JSONPaths."""

from functools import lru_cache

import jsonpath_ng
import jsonpath_ng.ext
from localstack.services.stepfunctions.asl.parse.asl_parser import AmazonStateLanguageParser

MAX_PATHS = 4_096
MAX_DEFINITIONS = 64

parse_path = lru_cache(MAX_PATHS)(jsonpath_ng.parse)
parse_extended_path = lru_cache(MAX_PATHS)(jsonpath_ng.ext.parse)


class KeptPrograms:
    """Stands in for `AmazonStateLanguageParser` where an execution begins.

    Executions share a program: its components keep what they evaluate in the execution's `Environment`.
    """

    parse = staticmethod(lru_cache(MAX_DEFINITIONS)(AmazonStateLanguageParser.parse))
