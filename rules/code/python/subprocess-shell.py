import asyncio
import os
import shlex
import subprocess as sp
from subprocess import run


def archive(name):
    # ruleid: python-subprocess-shell
    sp.run("tar czf /tmp/backup.tgz " + name, shell=True)
    # ruleid: python-subprocess-shell
    run(f"rm -rf {name}", check=True, shell=True)
    # ruleid: python-subprocess-shell
    os.system("gzip %s" % name)
    # ok: python-subprocess-shell
    sp.run(["tar", "czf", "/tmp/backup.tgz", name])
    # ok: python-subprocess-shell
    run("df -h | sort", shell=True)
    # ok: python-subprocess-shell
    sp.run(name, shell=False)
    # ok: python-subprocess-shell
    run(shlex.join(["gzip", name]), shell=True)


async def follow(command):
    # ruleid: python-subprocess-shell
    await asyncio.create_subprocess_shell(command)


PAUSE = "sleep 1"
# ok: python-subprocess-shell
os.system(PAUSE + " && sync")
