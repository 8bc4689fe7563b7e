use super::*;

#[test]
fn a_few_slips_are_free_then_the_wait_doubles() {
    let mut throttle = Throttle::default();
    let now = Instant::now();
    for _ in 0..FAILURES_FREE {
        assert_eq!(throttle.wait("王芳", now), None);
        throttle.failed("王芳", now);
    }
    assert_eq!(throttle.wait("王芳", now), Some(WAIT_FIRST));
    assert_eq!(
        throttle.wait("李强", now),
        None,
        "another name does not wait"
    );
    let later = now + WAIT_FIRST;
    assert_eq!(throttle.wait("王芳", later), None);
    throttle.failed("王芳", later);
    assert_eq!(throttle.wait("王芳", later), Some(WAIT_FIRST * 2));
}

#[test]
fn the_wait_is_bounded_and_forgotten() {
    let mut throttle = Throttle::default();
    let now = Instant::now();
    for _ in 0..40 {
        throttle.failed("王芳", now);
    }
    assert_eq!(throttle.wait("王芳", now), Some(WAIT_LONGEST));
    let later = now + WAIT_LONGEST;
    throttle.failed("李强", later);
    assert!(!throttle.names.contains_key("王芳"));
}

#[test]
fn success_clears_the_name() {
    let mut throttle = Throttle::default();
    let now = Instant::now();
    for _ in 0..8 {
        throttle.failed("王芳", now);
    }
    throttle.succeeded("王芳");
    assert_eq!(throttle.wait("王芳", now), None);
}

#[test]
fn one_passphrase_over_many_names_is_slow_too() {
    let mut throttle = Throttle::default();
    let now = Instant::now();
    assert_eq!(throttle.wait("n", now), None);
    for n in 0..FAILURES_A_MINUTE {
        throttle.failed(&format!("n{n}"), now);
    }
    assert_eq!(
        throttle.wait("fresh", now + Duration::from_secs(20)),
        Some(Duration::from_secs(40))
    );
    assert_eq!(throttle.wait("fresh", now + MINUTE), None);
}

#[test]
fn the_table_is_bounded() {
    let mut throttle = Throttle::default();
    let now = Instant::now();
    for n in 0..NAMES_MAX + 10 {
        throttle.failed(&format!("n{n}"), now + Duration::from_millis(n as u64));
    }
    assert_eq!(throttle.names.len(), NAMES_MAX);
    assert!(!throttle.names.contains_key("n0"));
}
