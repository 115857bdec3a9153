use std::time::Duration;

use store::{ObjectError, Objects, Stored};
use tokio::io::AsyncReadExt;

#[tokio::test(flavor = "multi_thread")]
async fn an_object_is_written_once() {
    let folder = tempfile::tempdir().unwrap();
    let objects = Objects::folder(folder.path().join("objects")).unwrap();
    assert_eq!(objects.put("case/a/1", "one").await, Ok(Stored::New));
    assert_eq!(objects.put("case/a/1", "one").await, Ok(Stored::Same));
    assert_eq!(
        objects.put("case/a/1", "two").await,
        Err(ObjectError::Different {
            key: "case/a/1".to_owned()
        })
    );
    assert_eq!(objects.get("case/a/1").await.unwrap(), b"one");
    assert_eq!(objects.len("case/a/1").await, Ok(3));
    assert!(!objects.exists("case/a/2").await.unwrap());
    assert_eq!(
        objects.get("case/a/2").await,
        Err(ObjectError::Missing {
            key: "case/a/2".to_owned()
        })
    );
    let left: Vec<_> = std::fs::read_dir(folder.path().join("objects/case/a"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(left, ["1"], "no temporary file stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_big_object_streams_in_and_out() {
    let folder = tempfile::tempdir().unwrap();
    let objects = Objects::folder(folder.path()).unwrap();
    let bytes: Vec<u8> = (0..3_000_000_u32).map(|at| (at % 251) as u8).collect();
    assert_eq!(objects.put_stream("big/1", bytes.as_slice()).await, Ok(Stored::New));
    assert_eq!(
        objects.put_stream("big/1", &bytes[1..]).await,
        Err(ObjectError::Different { key: "big/1".to_owned() })
    );
    let mut back = Vec::new();
    objects.read("big/1").await.unwrap().read_to_end(&mut back).await.unwrap();
    assert!(back == bytes);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_is_gone_through_piece_by_piece() {
    let folder = tempfile::tempdir().unwrap();
    let objects = Objects::folder(folder.path()).unwrap();
    let bytes: Vec<u8> = (0..3_000_001_u32).map(|at| (at % 251) as u8).collect();
    objects.put("big/1", bytes.clone()).await.unwrap();
    let (all, largest) = objects
        .fold("big/1", (Vec::new(), 0), |(all, largest): &mut (Vec<u8>, usize), piece| {
            all.extend_from_slice(piece);
            *largest = piece.len().max(*largest);
        })
        .await
        .unwrap();
    assert!(all == bytes);
    assert!(largest < bytes.len() / 4, "{largest} bytes at once");
    objects.put("empty", "").await.unwrap();
    assert_eq!(objects.fold("empty", 0, |pieces, _| *pieces += 1).await, Ok(0));
    assert_eq!(
        objects.fold("none", 0, |_, _| {}).await,
        Err(ObjectError::Missing { key: "none".to_owned() })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_stay_inside_and_a_full_disk_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let objects = Objects::folder(folder.path()).unwrap();
    for key in ["", "/a", "a/", "a//b", "../a", "a/../b", "a/.b", "A", "a b", "契約"] {
        assert_eq!(
            objects.put(key, "x").await,
            Err(ObjectError::BadKey { key: key.to_owned() }),
            "{key}"
        );
    }
    objects.pretend_full(true);
    assert_eq!(objects.put("a", "x").await, Err(ObjectError::Full));
    objects.pretend_full(false);
    assert_eq!(objects.put("a", "x").await, Ok(Stored::New));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_crash_left_unfinished_is_removed_when_it_is_old_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let objects = Objects::folder(folder.path()).unwrap();
    objects.put("case/a/1", "one").await.unwrap();
    let (old, young) = (folder.path().join("case/a/.tmp-1"), folder.path().join("case/.tmp-2"));
    for (left, age) in [(&old, 7_200), (&young, 60)] {
        std::fs::write(left, "half").unwrap();
        let when = std::time::SystemTime::now() - Duration::from_secs(age);
        std::fs::File::options().write(true).open(left).unwrap().set_modified(when).unwrap();
    }
    assert_eq!(objects.clear_unfinished(Duration::from_secs(3_600)).await, Ok(1));
    assert!(!old.exists() && young.exists());
    assert_eq!(objects.get("case/a/1").await.unwrap(), b"one");
}
