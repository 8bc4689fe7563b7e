//! hosts: the server of a community, a township or a county
