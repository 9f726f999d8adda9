import yaml
from yaml import Loader


def read(path, body):
    with open(path) as file:
        # ruleid: python-yaml-unsafe-load
        settings = yaml.safe_load(file)
    # ruleid: python-yaml-unsafe-load
    first = yaml.safe_load(body)
    # ruleid: python-yaml-unsafe-load
    second = yaml.safe_load(body)
    # ok: python-yaml-unsafe-load
    third = yaml.load(body, Loader=yaml.SafeLoader)
    # ok: python-yaml-unsafe-load
    fourth = yaml.load(body, Loader=StrictLoader)
    # ok: python-yaml-unsafe-load
    fifth = yaml.safe_load(body)
    return settings, first, second, third, fourth, fifth


class StrictLoader(yaml.SafeLoader):
    pass
