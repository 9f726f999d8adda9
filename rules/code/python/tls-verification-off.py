import ssl
import urllib.request

import httpx
import requests


def fetch(url, authority):
    # ruleid: python-tls-verification-off
    requests.get(url, timeout=10, verify=False)
    # ruleid: python-tls-verification-off
    client = httpx.Client(verify=False)
    session = requests.Session()
    # ruleid: python-tls-verification-off
    session.verify = False
    # ok: python-tls-verification-off
    requests.get(url, timeout=10)
    # ok: python-tls-verification-off
    requests.post(url, verify=authority)
    # ok: python-tls-verification-off
    check_signature(url, verify=False)
    return client, session


def contexts(url, authority):
    # ruleid: python-ssl-context-unverified
    urllib.request.urlopen(url, context=ssl._create_unverified_context())
    context = ssl.create_default_context()
    context.check_hostname = False
    # ruleid: python-ssl-context-unverified
    context.verify_mode = ssl.CERT_NONE
    # ruleid: python-ssl-context-unverified
    ssl._create_default_https_context = ssl._create_unverified_context
    # ok: python-ssl-context-unverified
    own = ssl.create_default_context(cafile=authority)
    # ok: python-ssl-context-unverified
    own.verify_mode = ssl.CERT_REQUIRED
    # A server that asks its clients for no certificate is no weakness.
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # ok: python-ssl-context-unverified
    server.verify_mode = ssl.CERT_NONE
    return own, server


def check_signature(url, verify):
    return url, verify
