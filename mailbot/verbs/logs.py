"""What is said on standard error while a verb works: lines for people on a terminal, JSON elsewhere."""

import logging
import sys

import structlog


def configure(*, verbose: bool) -> None:
    """Log each step, or errors alone. No address and no body is ever among it: that is for the callers to keep."""
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # that a long poll outlasts its interval is no news
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO if verbose else logging.ERROR),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
