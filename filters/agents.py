"""The names of robots, as robots.txt has them (RFC 9309, 2.2.1)."""

import re

AGENTS = ("CCBot", "GPTBot", "Google-Extended", "ClaudeBot", "anthropic-ai", "Bytespider")
"""Crawlers that gather what models are trained on."""
TOKEN = re.compile(r"[A-Za-z0-9_.-]+")


def is_agent(name: str) -> bool:
    """Whether a robot can be called like this, as groups name it: without a version."""
    return TOKEN.fullmatch(name) is not None
