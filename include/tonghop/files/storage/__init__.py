"""Where files lie: a folder of this machine (`pathlib.Path`) or a place on another one, behind the same few words.

Belongs here: listing, reading, whole writing and moving on a file server or an object store. Does not belong here: what
the files mean (`inbox`, `vault`), and everything a local folder can do better by itself.
"""

from tonghop.files.storage.address import SFTP, Address, Connect, ConnectAs
from tonghop.files.storage.building import building
from tonghop.files.storage.place import Place, RemotePath
from tonghop.files.storage.places import Places
from tonghop.files.storage.shelf import Status

__all__ = ["SFTP", "Address", "Connect", "ConnectAs", "Place", "Places", "RemotePath", "Status", "building"]
