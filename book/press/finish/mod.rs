//! The last hand on the rendered pages: what mdBook's own frame lacks, put in once the pages are
//! there. The frame is not copied into this book: it would be three hundred lines that grow old.
//! Each mend says what it expects to find, so that another mdBook is an error and not a silence.

mod chapters;
mod frame;
pub mod light;

use std::fs;
use std::path::Path;

use mdbook_driver::MDBook;

use crate::mistake::{Failure, slashed};
use chapters::Chapters;

/// Mends each page that mdBook rendered into `folder`, and the sidebar's list, and lightens what they load.
///
/// # Errors
/// A page cannot be read or written, or mdBook's frame is not as it was.
pub fn pages(book: &MDBook, folder: &Path) -> Result<(), Failure> {
    let chapters = Chapters::of(book);
    let cannot = |why| Failure::Other(format!("cannot finish the pages: {why}"));
    for path in chapters.pages().chain(["print.html", "404.html", "index.html"]) {
        let file = folder.join(path);
        // Printing may be switched off, and the first page has two names.
        let Ok(html) = fs::read_to_string(&file) else { continue };
        if frame::is_finished(&html) {
            continue;
        }
        let html = frame::finish(&html, path, &chapters)
            .map_err(|what| changed(&format!("{path}: {what}")))?;
        fs::write(file, html).map_err(cannot)?;
    }
    for entry in fs::read_dir(folder).map_err(cannot)? {
        let file = entry.map_err(cannot)?.path();
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned());
        let Some(name) = name.filter(|name| is_of_the_frame(name)) else { continue };
        let text = fs::read_to_string(&file).map_err(cannot)?;
        let mended = match name.starts_with("toc") {
            true => chapters::list(&text, &chapters, name.ends_with(".js")),
            false => frame::script(&text),
        };
        let mended = mended.map_err(|what| changed(&format!("{}: {what}", slashed(&file))))?;
        fs::write(&file, mended).map_err(cannot)?;
    }
    light::files(folder).map_err(cannot)
}

/// The sidebar's list, with and without a script, and what moves the frame.
fn is_of_the_frame(name: &str) -> bool {
    let script = |of: &str| name.starts_with(of) && name.ends_with(".js");
    name == "toc.html" || script("toc") || script("book")
}

fn changed(what: &str) -> Failure {
    Failure::Other(format!("mdBook's frame is not what book/press/finish was written for; {what}"))
}
