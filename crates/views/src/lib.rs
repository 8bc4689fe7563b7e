//! counts: records folded into the rows that lists and boards show
