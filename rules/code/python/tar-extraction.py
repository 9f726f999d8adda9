import tarfile
import zipfile


def unpack(upload, folder):
    with tarfile.open(fileobj=upload, mode="r:gz") as archive:
        # ruleid: python-tar-extraction
        archive.extractall(folder)
    other = tarfile.open(upload)
    # ruleid: python-tar-extraction
    other.extract("manifest.json", path=folder)
    # ruleid: python-tar-extraction
    other.extractall()
    # ok: python-tar-extraction
    other.extractall(folder, filter="data")
    # ok: python-tar-extraction
    other.extractall(folder, members=inside(other, folder))


def unpack_zip(upload, folder):
    # Python takes the way out of names in zip archives by itself.
    with zipfile.ZipFile(upload) as archive:
        # ok: python-tar-extraction
        archive.extractall(folder)


def unpack_strictly(upload, folder):
    archive = tarfile.open(upload)
    archive.extraction_filter = tarfile.data_filter
    # ok: python-tar-extraction
    archive.extractall(folder)


def inside(archive, folder):
    return [member for member in archive if member.isfile() and ".." not in member.name]
