//! speaks: the messages of proto/, parsed and encoded within limits
