"""The generic rows that every room uses."""

from identite.codes.one_time import OneTimeCode
from identite.journal import Journal
from identite.quotas import Quota
from identite.sessions import Session
from identite.tokens import Token

__all__ = ["Journal", "OneTimeCode", "Quota", "Session", "Token"]
