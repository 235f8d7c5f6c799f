//! Another form of `serve`: an option that puts one case in another's place.

use clap::builder::ValueParser;
use clap::{Arg, ArgAction, ArgMatches};

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

impl Form {
    pub(crate) fn arg(&self) -> Arg {
        let Form { right, .. } = *self;
        let arg = Arg::new(self.option).long(self.option).help(self.about);
        let arg = match self.of_option {
            Some(option) => arg.requires(option),
            None => arg,
        };
        match self.value {
            Some(value) => {
                let read = move |text: &str| right(text).map(|()| text.to_string());
                arg.value_name(value).value_parser(ValueParser::new(read))
            }
            None => arg.action(ArgAction::SetTrue),
        }
    }

    /// What was typed after it; nothing where it was not typed.
    pub(crate) fn given(&self, serve: &ArgMatches) -> Option<String> {
        match self.value {
            Some(_) => serve.get_one::<String>(self.option).cloned(),
            None => serve.get_flag(self.option).then(String::new),
        }
    }

    /// Which case is meant by that name and these options.
    ///
    /// # Errors
    /// They do not go together, or one is missing; the sentence says which.
    pub(crate) fn meant(
        forms: &[Form],
        name: &str,
        told: &[(String, String)],
    ) -> Result<String, String> {
        let typed = |form: &&Form| told.iter().any(|(option, _)| option == form.option);
        let mut meant = name;
        for Form { option, of, case, .. } in forms.iter().filter(typed) {
            match meant {
                _ if meant == *of || meant == *case => meant = case,
                _ if name == *of => {
                    return Err(format!(
                        "--{option} means {case}, and what stands before it {meant}; one of them is enough"
                    ));
                }
                _ => return Err(format!("--{option} belongs to serve {of}, and not to {name}")),
            }
        }
        let asks =
            |form: &&Form| form.case == meant && form.value.is_some() && form.of_option.is_none();
        match forms.iter().filter(asks).find(|form| !typed(form)) {
            Some(Form { option, value, .. }) => {
                Err(format!("{meant} needs --{option} {}", value.unwrap_or_default()))
            }
            None => Ok(meant.into()),
        }
    }
}
