//! translates: the face of core for Kotlin, Swift and Python
