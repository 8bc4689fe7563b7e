//! knows: ids, time, codes, roles, and the shapes of the records
