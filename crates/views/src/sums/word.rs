//! The words of the measures that are summed. What a matter adds stands on the day of an event of its own, or (*cohort*) on the day of its report.

macro_rules! measures {
    ($($(#[$doc:meta])* $name:ident = $word:literal;)+) => {
        $($(#[$doc])* pub(crate) const $name: &str = $word;)+

        /// Every measure.
        pub(crate) const ALL: &[&str] = &[$($name,)+];
    };
}

measures! {
    /// Matters reported.
    REPORTED = "reported";
    /// Cohort: rejected.
    REJECTED = "rejected";
    /// Filed: accepted, or settled on the spot.
    FILED = "filed";
    /// Accepted, of which the report is known.
    ACCEPTED = "accepted";
    /// Milliseconds from report to acceptance.
    ACCEPTED_MS = "accepted_ms";
    /// Matters that were to be disposed of: on the day on which that was due.
    DUE = "due";
    /// Of these, in time, or exempt.
    IN_TIME = "in_time";
    /// Disposed of.
    DISPOSED = "disposed";
    /// Milliseconds from the beginning of handling to disposal.
    DISPOSED_MS = "disposed_ms";
    /// By the level that disposed.
    SOLVED_AT = "solved_at";
    /// Matters to be verified: on the day on which that was due.
    VERIFY_DUE = "verify_due";
    /// Of these, in time, or exempt.
    VERIFIED = "verified_in_time";
    /// Matters whose facts were, or had to be, checked before acceptance: on the day on which acceptance was due.
    CHECK_DUE = "check_due";
    /// Of these, checked by then.
    CHECKED = "checked_in_time";
    /// Closed or settled, on the day of that.
    CLOSED = "closed";
    /// Cohort: closed or settled by now.
    CLOSED_OF = "closed_of";
    /// Cohort: with at least one rework.
    REWORKED = "reworked";
    /// Cohort: reworks.
    REWORKS = "reworks";
    /// Cohort: opened again.
    REOPENED = "reopened";
    /// Cohort: suspended at some time.
    SUSPENDED = "suspended";
    /// Cohort: urgent.
    URGENT = "urgent";
    /// Cohort: by flow.
    FLOW = "flow";
    /// Cohort: by how it was found.
    FOUND = "found";
    /// Cohort: by source.
    SOURCE = "source";
    /// Cohort: found by members, with the instant at which it happened.
    SEEN = "seen";
    /// Cohort: of these, reported within a day of that.
    TIMELY = "timely";
    /// Cohort: decided on: accepted, rejected or settled.
    DECIDED = "decided";
    /// Cohort: of these, as they were reported: not rejected, and not given back for what the report said.
    ACCURATE = "accurate";
    /// Cohort: classified.
    CLASSIFIED = "classified";
    /// Cohort: given back as wrongly classified.
    WRONG_CLASS = "wrong_class";
    /// Cohort: by unit, dispatched to it.
    UNIT_GIVEN = "unit_given";
    /// Cohort: by unit, given back.
    UNIT_RETURNED = "unit_returned";
    /// Cohort: by unit, given back without good reason.
    UNIT_UNFOUNDED = "unit_unfounded";
    /// Cohort: by unit, milliseconds for which it kept those.
    UNIT_HELD_MS = "unit_held_ms";
    /// Cohort: by right, uses of it.
    RIGHT = "right";
    /// Cohort: by member, uses of rights.
    RIGHT_OF = "right_of";
    /// Cohort: by member and right (`<member> <right>`), uses of it.
    RIGHT_BY = "right_by";
    /// Ratings.
    RATED = "rated";
    /// Ratings that say whether somebody responded, and those that say yes.
    RESPONSE_ASKED = "response_asked";
    RESPONDED = "responded";
    /// Ratings that say whether it was solved, and those that say yes.
    SOLUTION_ASKED = "solution_asked";
    SOLVED = "solved";
    /// Ratings with a satisfaction, and those that are satisfied.
    SATISFACTION_ASKED = "satisfaction_asked";
    SATISFIED = "satisfied";
    /// Reviews, those passed, and those by fault.
    REVIEWED = "reviewed";
    REVIEW_PASSED = "review_passed";
    FAULT = "fault";
    /// Visits, inspections, services, services applied for on behalf.
    VISITS = "visits";
    INSPECTIONS = "inspections";
    SERVICES = "services";
    ON_BEHALF = "on_behalf";
    /// Participations, their hours and points.
    PARTICIPATIONS = "participations";
    PARTICIPATION_HOURS = "participation_hours";
    PARTICIPATION_POINTS = "participation_points";
    /// Stock: records by kind.
    RECORDS = "records";
    /// Stock: amounts of resources by sort.
    RESOURCES = "resources";
    /// By kind, records that were last changed on a day.
    CHANGED = "changed";
}
