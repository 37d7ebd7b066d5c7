"""The platform operator's pages: the register of consortia, their founding, rest, export and end; never what is inside one."""
