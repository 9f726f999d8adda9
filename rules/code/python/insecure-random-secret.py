import random
import secrets
import string
from random import choice


def invite(user, words):
    # ruleid: python-insecure-random-secret
    reset_token = "".join(random.choice(string.ascii_letters) for _ in range(32))
    # ruleid: python-insecure-random-secret
    user.password = "".join(choice(string.printable) for _ in range(12))
    # ruleid: python-insecure-random-secret
    user.save(otp=random.randint(100000, 999999))
    # ok: python-insecure-random-secret
    session_token = secrets.token_urlsafe(32)
    # ok: python-insecure-random-secret
    token_count = random.randint(1, 5)
    # ok: python-insecure-random-secret
    password = "".join(secrets.choice(string.printable) for _ in range(12))
    # ok: python-insecure-random-secret
    token_ring = random.choice(words)
    # ok: python-insecure-random-secret
    nonce = random.SystemRandom().getrandbits(128)
    return reset_token, session_token, token_count, password, token_ring, nonce


def api_key():
    # ruleid: python-insecure-random-secret
    return "%032x" % random.getrandbits(128)


def backoff(attempt):
    # ok: python-insecure-random-secret
    return 2**attempt + random.random()
