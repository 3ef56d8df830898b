"""Servers of the web in this process: S3 by moto, WebDAV by wsgidav, each with a user and a password."""

import json
import threading
import urllib.request
from pathlib import Path

import boto3
from cheroot import wsgi
from moto.server import ThreadedMotoServer
from server_process import HOST, PASSWORD, free_ports
from wsgidav.fs_dav_provider import FilesystemProvider
from wsgidav.wsgidav_app import WsgiDAVApp

BUCKET = "letters"


class S3Server:
    """moto with its check of signatures switched on; every version of an object is kept."""

    def __init__(self) -> None:
        (self.port,) = free_ports(1)
        self._server = ThreadedMotoServer(HOST, self.port, verbose=False)

    def start(self) -> None:
        self._server.start()
        client = self._service("iam", "anyone", "anything")
        client.create_user(UserName="letter")
        policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
        client.put_user_policy(UserName="letter", PolicyName="all", PolicyDocument=json.dumps(policy))
        made = client.create_access_key(UserName="letter")["AccessKey"]
        self.access_key, self.secret_key = made["AccessKeyId"], made["SecretAccessKey"]
        self.s3 = self._service("s3", self.access_key, self.secret_key)
        self.s3.create_bucket(Bucket=BUCKET)
        self.s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        switch = f"http://{HOST}:{self.port}/moto-api/reset-auth"  # from now on, whoever asks must prove who it is
        request = urllib.request.Request(switch, data=b"0", headers={"Content-Type": "text/plain"})
        urllib.request.urlopen(request).close()

    def stop(self) -> None:
        self.s3.close()
        self._server.stop()

    def _service(self, name: str, access_key: str, secret_key: str):
        session = boto3.session.Session(access_key, secret_key, region_name="us-east-1")
        return session.client(name, endpoint_url=f"http://{HOST}:{self.port}")


class WebdavServer:
    """wsgidav over one folder, for the user "letter" alone."""

    user = "letter"
    password = PASSWORD

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (self.port,) = free_ports(1)
        application = WsgiDAVApp(
            {
                "provider_mapping": {"/": FilesystemProvider(str(folder), readonly=False)},
                "simple_dc": {"user_mapping": {"*": {self.user: {"password": self.password}}}},
                "http_authenticator": {"accept_basic": True, "accept_digest": False, "default_to_digest": False},
                "verbose": 0,
                "logging": {"enable": False},
            }
        )
        self._server = wsgi.Server((HOST, self.port), application)

    def start(self) -> None:
        self._server.prepare()
        self._thread = threading.Thread(target=self._server.serve, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.stop()
        self._thread.join(10)
