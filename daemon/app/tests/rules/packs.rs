use app::{
    AppError, Watchkeeper,
    rules::{ImportedPack, OfferedPack, PackTrust},
};
use model::RuleSetId;
use scripting::SigningKey;

use crate::world::{files_with, keener, later, user, world};

fn offer(
    app: &Watchkeeper,
    bytes: Vec<u8>,
    allow_unsigned: bool,
) -> Result<ImportedPack, AppError> {
    let offered = OfferedPack { bytes, note: "from a colleague".to_owned(), allow_unsigned };
    app.import_pack(&offered, user("kim"), later(1))
}

#[track_caller]
fn refusal(app: &Watchkeeper, bytes: Vec<u8>, allow_unsigned: bool) -> String {
    offer(app, bytes, allow_unsigned).expect_err("the pack is taken").to_string()
}

fn packed(key: Option<&SigningKey>) -> Vec<u8> {
    scripting::pack("keener@1", &keener(), key).unwrap()
}

#[test]
fn a_set_travels_to_another_store_signed() {
    let (disk, app) = world();
    let active = app.rules_status(None).unwrap().active;
    let (rules, bytes) = app.pack_rules("active", "kim").unwrap();
    assert_eq!(rules, active);
    let taken = offer(&app, bytes, false).unwrap();
    let key = disk.packs.key.public().to_string();
    assert_eq!(taken, ImportedPack { rules: active, trust: PackTrust::Trusted(key.clone()) });
    let keys = app.pack_keys().unwrap();
    assert_eq!((keys.trusted, keys.signs_with), (vec![key.clone()], Some(key)));
}

#[test]
fn a_pack_of_a_trusted_key_becomes_a_version_and_nothing_more() {
    let (disk, app) = world();
    let taken = offer(&app, packed(Some(&disk.packs.key)), false).unwrap();
    let version = app.rule_versions(None).unwrap().remove(0);
    assert_eq!((&version.rules, version.active), (&taken.rules, false));
    assert_eq!((version.author.as_str(), version.note.as_str()), ("kim", "from a colleague"));
    assert_eq!(app.version_files(&taken.rules).unwrap(), keener());
}

#[test]
fn a_pack_that_nobody_trusted_signed_is_refused_with_the_way_out() {
    let (_, app) = world();
    let unsigned = refusal(&app, packed(None), false);
    assert!(unsigned.contains("is not signed") && unsigned.contains("trusted_keys"), "{unsigned}");
    let stranger = SigningKey::generate().unwrap();
    let unknown = refusal(&app, packed(Some(&stranger)), false);
    assert!(unknown.contains(&stranger.public().to_string()), "{unknown}");
    let taken = offer(&app, packed(Some(&stranger)), true).unwrap();
    assert_eq!(taken.trust, PackTrust::UnknownKey(stranger.public().to_string()));
}

#[test]
fn a_pack_that_was_changed_after_signing_is_never_taken() {
    let (disk, app) = world();
    let signed = packed(Some(&disk.packs.key));
    // The same card over other files: what an attacker would try.
    let card = card_of(&signed);
    let changed = with_card(&scripting::pack("x@1", &files_with(&[]), None).unwrap(), &card);
    for allowed in [false, true] {
        let said = refusal(&app, changed.clone(), allowed);
        assert!(said.contains("somebody changed it"), "{said}");
    }
    let nothing = refusal(&app, b"no zip at all".to_vec(), true);
    assert!(nothing.contains("no rule pack"), "{nothing}");
    assert_eq!(app.rule_versions(None).unwrap().len(), 1);
}

#[test]
fn a_signed_pack_with_an_error_is_refused_like_any_set() {
    let (disk, app) = world();
    let broken = files_with(&[("signals/noise.rhai", "fn on_message(record, msg) { raise( }\n")]);
    let bytes = scripting::pack("broken@1", &broken, Some(&disk.packs.key)).unwrap();
    let refused = offer(&app, bytes, false);
    let Err(AppError::Rules(errors)) = refused else { panic!("{refused:?}") };
    assert_eq!(errors[0].file, "signals/noise.rhai");
    let unknown = app.pack_rules("small@000000000000", "kim");
    assert!(matches!(unknown, Err(AppError::NotFound { .. })));
    assert!(app.version_files(&RuleSetId::new("broken@1")).is_err());
}

/// The bytes of `pack.toml` in a pack.
fn card_of(pack: &[u8]) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(pack)).unwrap();
    let mut card = Vec::new();
    std::io::Read::read_to_end(&mut archive.by_name("pack.toml").unwrap(), &mut card).unwrap();
    card
}

/// The pack with another card.
fn with_card(pack: &[u8], card: &[u8]) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(pack)).unwrap();
    let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).unwrap();
        let name = entry.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut entry, &mut bytes).unwrap();
        out.start_file(&name, options).unwrap();
        let content = if name == "pack.toml" { card } else { &bytes };
        std::io::Write::write_all(&mut out, content).unwrap();
    }
    out.finish().unwrap().into_inner()
}
