//! Another form of `serve`: an option that puts one case in another's place.

/// An option of a chapter's own for `serve`: `serve gateway --real` is `serve real-gateway`. What it
/// is given, the case is told: see [`crate::Serve::told`].
#[derive(Debug, Clone, Copy)]
pub struct Form {
    /// `upstream`, typed as `--upstream`
    pub option: &'static str,
    /// what it is given, as help names it: `URL`; none: nothing
    pub value: Option<&'static str>,
    /// what help says of it
    pub about: &'static str,
    /// the case that it is typed after
    pub of: &'static str,
    /// the case that serves in that one's place
    pub case: &'static str,
    /// the option of which it says more, and without which it says nothing
    pub of_option: Option<&'static str>,
    /// whether what it is given will do; else what would
    pub right: fn(&str) -> Result<(), String>,
}
