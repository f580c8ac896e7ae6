"""Imported first: gives PyMongo of 2015 what Python has moved or dropped since; the package itself is as published."""

import collections
import collections.abc
import platform
import sys

for name in collections.abc.__all__:
    if not hasattr(collections, name):
        setattr(collections, name, getattr(collections.abc, name))
if not hasattr(platform, "linux_distribution"):
    platform.linux_distribution = lambda: ("", "", "")
# The modules in C pass lengths in a way that Python refuses now; the same in Python stands beside them.
for module in ["bson._cbson", "pymongo._cmessage"]:
    sys.modules[module] = None
