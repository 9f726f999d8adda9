import json
import pickle
from pickle import loads as restore

import jsonpickle
import pandas as pd


def session_of(request, cache):
    # ruleid: python-unsafe-deserialization
    state = pickle.loads(request.cookies["state"])
    # ruleid: python-unsafe-deserialization
    entry = restore(cache.get("entry"))
    # ruleid: python-unsafe-deserialization
    basket = jsonpickle.decode(request.body)
    # ruleid: python-unsafe-deserialization
    frame = pd.read_pickle(request.files["upload"])
    return state, entry, basket, frame


def safe(request, template):
    # ok: python-unsafe-deserialization
    body = json.loads(request.body)
    # ok: python-unsafe-deserialization
    copy = pickle.loads(pickle.dumps(template))
    # ok: python-unsafe-deserialization
    frame = pd.read_csv(request.files["upload"])
    return body, copy, frame
