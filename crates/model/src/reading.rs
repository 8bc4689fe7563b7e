//! A record's values as the table of its kind sees them: total, naming what is not as it should be.

use std::collections::BTreeMap;

use crate::doc::Fields;
use crate::field::{EditProblem, field, field_named};
use crate::kind::{Facet, Kind};
use crate::step::is_log_key;
use crate::value::Value;

/// A field whose value is not one that the table allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Its facet.
    pub facet: Facet,
    /// Its key.
    pub key: String,
    /// What is wrong.
    pub problem: EditProblem,
}

/// A record's values as the table of its kind sees them.
pub(crate) struct Shown<'a> {
    pub(crate) kind: Kind,
    pub(crate) facets: &'a BTreeMap<Facet, Fields>,
}

impl Shown<'_> {
    /// A field's value, where the table allows it.
    fn value(&self, key: &str) -> Option<&Value> {
        let field = field_named(self.kind, key)?;
        let value = self.facets.get(&field.facet)?.value(key)?;
        field.validate(value).is_ok().then_some(value)
    }

    pub(crate) fn text(&self, key: &str) -> Option<String> {
        self.value(key)?.as_text().map(str::to_owned)
    }

    pub(crate) fn int(&self, key: &str) -> Option<i64> {
        self.value(key)?.as_int()
    }

    /// What the table does not allow or know, log entries apart.
    pub(crate) fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (&facet, fields) in self.facets {
            for (key, candidates) in fields.iter().filter(|(key, _)| !is_log_key(key)) {
                let judged = match (field(self.kind, facet, key), candidates.first()) {
                    (Some(field), Some(shown)) => field.validate(&shown.value),
                    _ => Err(EditProblem::UnknownField),
                };
                if let Err(problem) = judged {
                    problems.push(Problem {
                        facet,
                        key: key.to_owned(),
                        problem,
                    });
                }
            }
        }
        problems
    }
}
