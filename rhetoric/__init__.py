"""Tell a reader of official statements which words to skip.

Start with :mod:`rhetoric.classify`; importing the package alone does nothing.
"""

__version__ = "0.1.0"
