"""Publishes into a bucket of any server that speaks S3, under a prefix of its own."""

import contextlib
import mimetypes
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mailbot.adapters.publishers.replacing import PREFIX, replace
from mailbot.adapters.wire import ask_password, connection_failure, said
from mailbot.core.location import Location
from mailbot.ports import PermanentFailure, TemporaryFailure

_TYPES = mimetypes.MimeTypes()  # those of Python alone, not of this machine
_TEXT = frozenset({"application/json", "application/xml", "application/atom+xml"})
_SOON = "max-age=60"  # a name that was taken off must not stand in a cache for long


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Options:
    """`location.host` is the bucket, `location.path` the prefix; without an endpoint the server is Amazon's."""

    location: Location
    access_key: str
    password: Callable[[], str]  # the secret key
    endpoint: str = ""
    region: str = "us-east-1"
    ca_file: Path | None = None


def build(options: S3Options) -> "S3Publisher":
    """Raises PermanentFailure where boto3 is missing."""
    try:
        import boto3  # noqa: F401 - it is only wanted where this carrier is
    except ImportError:
        raise PermanentFailure("S3 needs a library that is not installed: pip install 'mailbot[s3]'") from None
    return S3Publisher(options)


class S3Publisher:
    """A Publisher (see ports); the bucket's own rules say who may read."""

    def __init__(self, options: S3Options) -> None:
        import boto3

        self.options = options
        # What describes Amazon's interface takes long to load; the session keeps it.
        self._session = boto3.session.Session(region_name=options.region)

    def publish(self, files: dict[str, bytes]) -> list[str]:
        with contextlib.closing(_Bucket(self.options, self._session)) as place:
            return replace(place, files)

    def check(self) -> str:
        """One sentence for `doctor`; tries the bucket with an object that is removed again."""
        with contextlib.closing(_Bucket(self.options, self._session)) as place:
            place.write(f"{PREFIX}check", b"mailbot was here\n")
            place.remove(f"{PREFIX}check")
        return f"The list is carried to {self.options.location}, which can be written."


class _Bucket:
    """The Place (see replacing)."""

    def __init__(self, options: S3Options, session: Any) -> None:
        from botocore.config import Config

        self._where = options.location
        self._bucket = options.location.host
        self._prefix = options.location.path.strip("/")
        self._secret = ask_password(options.location, options.password)
        settings = Config(
            connect_timeout=20,
            read_timeout=30,
            retries={"total_max_attempts": 3, "mode": "standard"},
            # Servers other than Amazon's often know neither buckets as host names nor the newer checksums.
            s3={"addressing_style": "path" if options.endpoint else "auto"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        with self._told():
            self._s3: Any = session.client(
                "s3",
                aws_access_key_id=options.access_key,
                aws_secret_access_key=self._secret,
                endpoint_url=options.endpoint or None,
                verify=str(options.ca_file) if options.ca_file else None,
                config=settings,
            )

    def read(self, name: str) -> bytes | None:
        from botocore.exceptions import ClientError

        with self._told():
            try:
                answer = self._s3.get_object(**self._at(name))
                with contextlib.closing(answer["Body"]) as body:
                    return bytes(body.read())
            except ClientError as error:
                if _code(error) in ("NoSuchKey", "404"):
                    return None
                raise

    def write(self, name: str, octets: bytes) -> None:
        with self._told():
            kind = _content_type(name.replace(PREFIX, ""))
            self._s3.put_object(**self._at(name), Body=octets, ContentType=kind, CacheControl=_SOON)

    def move(self, source: str, target: str) -> None:
        with self._told():
            self._s3.copy_object(**self._at(target), CopySource=self._at(source))
            self._s3.delete_object(**self._at(source))

    def remove(self, name: str) -> None:
        with self._told():
            self._s3.delete_object(**self._at(name))

    def close(self) -> None:
        self._s3.close()

    def _at(self, name: str) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": f"{self._prefix}/{name}".lstrip("/")}

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """Whatever the library raises, in a sentence."""
        from botocore import exceptions as boto

        try:
            yield
        except boto.ClientError as error:
            raise self._refusal(error) from None
        except boto.SSLError:
            trouble = ssl.SSLCertVerificationError("see ca_file")
            trouble.verify_message = "see ca_file"
            raise connection_failure(self._where, trouble) from None
        except (boto.ConnectionError, boto.HTTPClientError, boto.IncompleteReadError) as error:
            raise TemporaryFailure(f"The server of {self._where} cannot be reached ({type(error).__name__}).") from None
        except (boto.BotoCoreError, ValueError) as error:
            raise PermanentFailure(f"{self._where} cannot be used ({said(str(error), self._secret)}).") from None

    def _refusal(self, error: Any) -> TemporaryFailure | PermanentFailure:
        code, status = _code(error), error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        text = f"{self._where} refused ({said(code)}: {said(error.response.get('Error', {}).get('Message', ''))})"
        if status >= 500 or status == 429 or code in ("SlowDown", "RequestTimeTooSkewed", "RequestTimeout"):
            return TemporaryFailure(f"{text}.")
        cure = "see whether the bucket is there" if code == "NoSuchBucket" else "see access_key, password and rights"
        return PermanentFailure(f"{text}: {cure}.")


def _code(error: Any) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _content_type(name: str) -> str:
    kind = "application/atom+xml" if name.endswith("feed.xml") else _TYPES.guess_type(name)[0]
    if kind is None:
        return "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") or kind in _TEXT else kind
