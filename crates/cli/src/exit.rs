//! Exit codes: the one place where results become a number.

use policy_core::model::Severity;
use policy_core::verdict::Verdict;

/// Everything is fine.
pub const OK: u8 = 0;
/// A fail; for `test` and `fmt --check`: something is not as it should be.
pub const FAIL: u8 = 1;
/// A usage, policy or input error.
pub const ERROR: u8 = 2;
/// No fail, but an unknown.
pub const UNKNOWN: u8 = 3;
/// Nothing was evaluated, or nothing applied.
pub const NOTHING: u8 = 4;

/// What decides the exit code of an evaluation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// A usage, policy or input error was reported.
    pub errors: bool,
    /// A fail at or above the fail level that no waiver covers.
    pub fails: bool,
    /// An unknown at or above the fail level that no waiver covers.
    pub unknowns: bool,
    /// Some rule applied to some declaration.
    pub applied: bool,
}

impl Tally {
    /// Counts one result.
    pub fn add(&mut self, verdict: Verdict, waived: bool, severity: Severity, level: Severity) {
        let counts = !waived && severity >= level;
        self.fails |= counts && verdict == Verdict::Fail;
        self.unknowns |= counts && verdict == Verdict::Unknown;
        self.applied |= verdict != Verdict::NotApplicable;
    }

    /// The exit code: 2 comes before 1, 1 before 3, 3 before 4.
    pub fn code(self, no_fail: bool) -> u8 {
        match self {
            Tally { errors: true, .. } => ERROR,
            Tally { fails: true, .. } => {
                if no_fail {
                    OK
                } else {
                    FAIL
                }
            }
            Tally { unknowns: true, .. } => {
                if no_fail {
                    OK
                } else {
                    UNKNOWN
                }
            }
            Tally { applied: false, .. } => NOTHING,
            _ => OK,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn precedence_is_2_1_3_4() {
        let mut tally = Tally::default();
        assert_eq!(tally.code(false), NOTHING);
        assert_eq!(tally.code(true), NOTHING, "--no-fail turns 1 and 3 into 0 only");
        tally.add(Verdict::Pass, false, Severity::Low, Severity::Low);
        assert_eq!(tally.code(false), OK);
        tally.add(Verdict::Unknown, false, Severity::Low, Severity::Low);
        assert_eq!((tally.code(false), tally.code(true)), (UNKNOWN, OK));
        tally.add(Verdict::Fail, false, Severity::Low, Severity::Low);
        assert_eq!((tally.code(false), tally.code(true)), (FAIL, OK));
        tally.errors = true;
        assert_eq!((tally.code(false), tally.code(true)), (ERROR, ERROR));
    }

    #[test]
    fn waivers_and_the_fail_level_take_results_out() {
        let mut tally = Tally::default();
        tally.add(Verdict::Fail, true, Severity::Critical, Severity::Low);
        tally.add(Verdict::Fail, false, Severity::Medium, Severity::High);
        assert_eq!(tally.code(false), OK, "they applied, and none of them counts");
    }
}
