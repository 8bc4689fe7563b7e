//! shows: the director's pages
