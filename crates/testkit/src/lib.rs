//! workshop: builders and stories for the tests
