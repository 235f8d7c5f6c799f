//! A chapter's own options of `serve`: typed, told, and which case they mean.

use clap::builder::ValueParser;
use clap::{Arg, ArgAction, ArgMatches};

use crate::chapter::Form;

/// As the command line has it.
pub fn arg(form: &Form) -> Arg {
    let Form { right, .. } = *form;
    let mut arg = Arg::new(form.option).long(form.option).help(form.about);
    if let Some(option) = form.of_option {
        arg = arg.requires(option);
    }
    match form.value {
        Some(value) => {
            let read = move |text: &str| right(text).map(|()| text.to_string());
            arg.value_name(value).value_parser(ValueParser::new(read))
        }
        None => arg.action(ArgAction::SetTrue),
    }
}

/// What was typed of them, by the names of the options.
pub fn told(forms: &[Form], serve: &ArgMatches) -> Vec<(String, String)> {
    let given = |form: &Form| match form.value {
        Some(_) => serve.get_one::<String>(form.option).cloned(),
        None => serve.get_flag(form.option).then(String::new),
    };
    forms.iter().filter_map(|form| Some((form.option.into(), given(form)?))).collect()
}

/// Which case is meant by that name and what was told.
///
/// # Errors
/// They do not go together, or something is missing; the sentence says which.
pub fn meant<'a>(
    forms: &[Form],
    name: &'a str,
    told: &[(String, String)],
) -> Result<&'a str, String> {
    let typed = |form: &&Form| told.iter().any(|(option, _)| option == form.option);
    let mut meant: &str = name;
    for Form { option, of, case, .. } in forms.iter().filter(typed) {
        if meant == *of {
            meant = *case;
        } else if meant != *case {
            return Err(match name == *of {
                true => format!(
                    "--{option} means {case}, and what else was typed means {meant}; one of them is enough"
                ),
                false => format!("--{option} belongs to serve {of}, and not to {name}"),
            });
        }
    }
    let asks =
        |form: &&Form| form.case == meant && form.value.is_some() && form.of_option.is_none();
    match forms.iter().filter(asks).find(|form| !typed(form)) {
        Some(Form { option, value, .. }) => {
            Err(format!("{meant} needs --{option} {}", value.unwrap_or_default()))
        }
        None => Ok(meant),
    }
}
