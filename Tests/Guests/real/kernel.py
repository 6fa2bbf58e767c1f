"""A kernel for guests: Debian's, downloaded once with apt-get and unpacked into a cache folder, never installed."""

import glob
import os
import re
import shutil
import subprocess
import tempfile

CACHE = os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "vswift-guests")


class Kernel:
    """The kernel of a package such as linux-image-amd64, and its modules."""

    def __init__(self, package="linux-image-amd64"):
        self.folder = f"{CACHE}/{package}"
        if not glob.glob(f"{self.folder}/boot/vmlinuz-*"):
            download(package, self.folder)
        self.image = sorted(glob.glob(f"{self.folder}/boot/vmlinuz-*"))[-1]
        self.files = {}
        for folder, _, names in os.walk(self.folder):
            for name in names:
                if name.endswith(".ko"):
                    self.files[name[:-3].replace("-", "_")] = f"{folder}/{name}"

    def modules(self, names):
        """The files of modules, each after those that it needs; what is built into the kernel is left out."""
        order = []
        for name in names:
            file = self.files.get(name.replace("-", "_"))
            if file and file not in order:
                order += [needed for needed in self.modules(needs(file)) if needed not in order] + [file]
        return order


def needs(file):
    """The modules that a module names as needed, in its own .modinfo."""
    with open(file, "rb") as module:
        found = re.search(rb"\0depends=([^\0]*)\0", module.read())
    return [name for name in found.group(1).decode().split(",") if name] if found else []


def download(package, folder):
    """Unpacks the newest kernel that a metapackage depends on into `folder`, all of it or nothing."""
    os.makedirs(CACHE, exist_ok=True)
    scratch = tempfile.mkdtemp(dir=CACHE)
    try:
        # apt-get gives up root for the download; the folder must be open to the user that it becomes.
        os.chmod(scratch, 0o777)
        if not fetch(package, scratch):
            quiet("apt-get", "update")
            if not fetch(package, scratch):
                raise RuntimeError(f"apt-get download {package}: no kernel package came")
        archive = glob.glob(f"{scratch}/*.deb")[0]
        quiet("dpkg-deb", "--extract", archive, f"{scratch}/kernel", check=True)
        shutil.rmtree(folder, ignore_errors=True)
        os.rename(f"{scratch}/kernel", folder)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def fetch(package, scratch):
    listing = subprocess.run(["apt-cache", "depends", package], capture_output=True, text=True).stdout
    real = [line.split()[-1] for line in listing.splitlines() if "Depends: linux-image-" in line]
    return bool(real) and quiet("apt-get", "download", real[0], folder=scratch) == 0


def quiet(*words, folder=None, check=False):
    result = subprocess.run(words, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=600)
    if check and result.returncode != 0:
        raise RuntimeError(f"{' '.join(words)}: status {result.returncode}: {result.stderr.strip()}")
    return result.returncode
