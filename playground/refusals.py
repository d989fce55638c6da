"""Why the playground does not do what the page asked for."""


class BadRequest(Exception):
    """The page sent something that this server does not understand, or that cannot be; the message says why."""
