use super::*;

const MAIL: &str = "Subject: hello\n\nHello\n";
const FROM: &str = "From jane@northwind.example Fri Apr  1 03:51:20 2011\n";

fn kind_of(name: &str, text: &[u8]) -> Result<String, String> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    fs::write(&path, text).unwrap();
    let shown = path.display().to_string();
    match open(&path, &OpenOptions::default()) {
        Ok(sources) => Ok(sources[0].info().kind.to_owned()),
        Err(error) => Err(error.to_string().replace(&shown, "PATH")),
    }
}

#[test]
fn a_file_is_recognised_by_what_is_in_it() {
    let mbox = format!("{FROM}{MAIL}");
    assert_eq!(kind_of("a", mbox.as_bytes()).unwrap(), "mbox");
    assert_eq!(kind_of("a.mbox", b"").unwrap(), "mbox");
    assert_eq!(kind_of("a", MAIL.as_bytes()).unwrap(), "eml");
    assert_eq!(kind_of("a.eml", b"odd").unwrap(), "eml");
    assert_eq!(kind_of("a.eml", mbox.as_bytes()).unwrap(), "eml");
}

#[test]
fn a_path_that_holds_no_mail_says_what_it_holds_and_what_to_give() {
    let pdf = kind_of("a.pdf", b"%PDF-1.4").unwrap_err();
    assert_eq!(
        pdf,
        "PATH: it is a PDF; give a Maildir, an mbox, EML, MSG or PST file, a zip, or a folder of any"
    );
    assert!(kind_of("a.txt", b"hello").unwrap_err().contains("begins neither as a message"));
    assert!(kind_of("a", b"").unwrap_err().contains("the file is empty"));
    let nowhere = open(Path::new("/nonexistent/mail"), &OpenOptions::default()).err().unwrap();
    assert!(nowhere.to_string().starts_with("/nonexistent/mail: there is nothing at this path"));
    let empty = tempfile::tempdir().unwrap();
    assert!(open(empty.path(), &OpenOptions::default()).is_err());
}

#[test]
fn the_same_place_has_the_same_id_by_whatever_path_it_is_named() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir_all(dir.path().join("box/cur")).unwrap();
    let options =
        OpenOptions { owner: Some("support@brightwater.example".into()), ..OpenOptions::default() };
    let straight = open(&dir.path().join("box"), &options).unwrap();
    let winding = open(&dir.path().join("box/../box/./"), &options).unwrap();
    assert_eq!(straight[0].info(), winding[0].info());
    let root = dir.path().canonicalize().unwrap();
    assert_eq!(straight[0].info().id.as_str(), format!("maildir:{}/box", root.display()));
    assert_eq!(straight[0].info().owner.as_deref(), Some("support@brightwater.example"));
}

#[test]
fn several_maildirs_below_a_folder_are_several_sources() {
    let dir = tempfile::tempdir().unwrap();
    for name in ["b/cur", "a/inbox/cur", "a/inbox/.Sent/cur"] {
        fs::create_dir_all(dir.path().join(name)).unwrap();
    }
    let sources = open(dir.path(), &OpenOptions::default()).unwrap();
    let root = dir.path().canonicalize().unwrap();
    let titles: Vec<_> = sources.iter().map(|s| s.info().title.clone()).collect();
    assert_eq!(titles, [format!("{}/a/inbox", root.display()), format!("{}/b", root.display())]);
}
