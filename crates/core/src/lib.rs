//! houses: the embeddable whole for a phone
