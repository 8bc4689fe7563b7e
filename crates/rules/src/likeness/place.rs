//! Places and how far they are apart, in whole numbers, so that every replica finds the same.

/// A place in CGCS2000 or WGS-84, which differ by centimetres. Maps on phones show GCJ-02, hundreds of metres off: convert before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Point {
    /// Latitude in 1e-7 degrees, north positive.
    pub lat_e7: i32,
    /// Longitude in 1e-7 degrees, east positive.
    pub lon_e7: i32,
}

/// One, with 30 bits behind the point.
const ONE: i64 = 1 << 30;
const E7: i64 = 10_000_000;
const TURN_E7: i64 = 360 * E7;

/// How far two places are apart, in millimetres.
///
/// The differences in latitude and longitude are made lengths by the ellipsoid's radii at the middle latitude (series of the length of
/// a degree, WGS-84: 111132.954 - 559.822 cos 2φ and 111412.84 cos φ - 93.5 cos 3φ metres) and joined as on a plane. Up to 10 km
/// and 85 degrees of latitude the error is below 1 in 5,000: a centimetre on 50 m, where a phone errs by metres.
#[must_use]
pub fn distance_mm(a: Point, b: Point) -> u64 {
    let north = i64::from(a.lat_e7) - i64::from(b.lat_e7);
    let east = (i64::from(a.lon_e7) - i64::from(b.lon_e7)).rem_euclid(TURN_E7);
    let east = east.min(TURN_E7 - east);
    let cos = cos_q30(i64::midpoint(i64::from(a.lat_e7), i64::from(b.lat_e7)));
    let cos2 = 2 * mul(cos, cos) - ONE;
    let cos3 = mul(cos, 2 * cos2 - ONE);
    let lat_degree_mm = 111_132_954 - mul(559_822, cos2);
    let lon_degree_mm = (mul(111_412_840, cos) - mul(93_500, cos3)).max(0);
    let north_mm = i128::from(north) * i128::from(lat_degree_mm) / i128::from(E7);
    let east_mm = i128::from(east) * i128::from(lon_degree_mm) / i128::from(E7);
    let square = (north_mm * north_mm + east_mm * east_mm).unsigned_abs();
    u64::try_from(square.isqrt()).unwrap_or(u64::MAX)
}

/// A difference in latitude that is certainly longer than `mm`, in 1e-7 degrees: a degree has nowhere less than 110,574 m.
pub(crate) fn lat_span_e7(mm: u64) -> i64 {
    i64::try_from(mm.saturating_mul(10_000_000) / 110_570_000).map_or(i64::MAX, |span| span + 1)
}

/// The cosine of a latitude in 1e-7 degrees, by its series; 30 bits behind the point.
fn cos_q30(lat_e7: i64) -> i64 {
    // π / 180 / 1e7 with 62 bits behind the point.
    const RADIAN_Q62: i64 = 8_048_909_864;
    let x = (lat_e7.clamp(-90 * E7, 90 * E7) * RADIAN_Q62) >> 32;
    let square = mul(x, x);
    [132, 90, 56, 30, 12, 2]
        .into_iter()
        .fold(ONE, |sum, divisor| ONE - mul(square, sum) / divisor)
}

/// A product whose one factor has 30 bits behind the point.
const fn mul(a: i64, b: i64) -> i64 {
    (a * b) >> 30
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The same question by floating point on the ellipsoid, with the radii of curvature in closed form.
    fn by_radii_mm(a: Point, b: Point) -> f64 {
        let (axis, eccentricity2) = (6_378_137_000.0_f64, 0.006_694_379_990_14);
        let radians = |e7: f64| (e7 / 1e7).to_radians();
        let middle = radians(f64::midpoint(f64::from(a.lat_e7), f64::from(b.lat_e7)));
        let w2 = 1.0 - eccentricity2 * middle.sin().powi(2);
        let meridian = axis * (1.0 - eccentricity2) / w2.powf(1.5);
        let normal = axis / w2.sqrt();
        let north = radians(f64::from(a.lat_e7) - f64::from(b.lat_e7)) * meridian;
        let east = radians(f64::from(a.lon_e7) - f64::from(b.lon_e7)) * normal * middle.cos();
        north.hypot(east)
    }

    #[test]
    fn known_lengths() {
        let at = |lat_e7, lon_e7| Point { lat_e7, lon_e7 };
        let office = at(360_956_000, 1_143_926_000);
        assert_eq!(distance_mm(office, office), 0);
        // A degree of latitude at 36° is 110,959 m or so, one of longitude 90,164 m.
        let north = distance_mm(at(355_000_000, 0), at(365_000_000, 0));
        assert!((110_940_000..110_980_000).contains(&north), "{north}");
        let east = distance_mm(at(360_000_000, 0), at(360_000_000, 10_000_000));
        assert!((90_150_000..90_180_000).contains(&east), "{east}");
        // Over the line where the date changes it is near, too.
        let over = distance_mm(at(0, 1_799_999_000), at(0, -1_799_999_000));
        assert!((22_200..22_300).contains(&over), "{over}");
    }

    proptest! {
        #[test]
        fn the_error_is_below_one_in_five_thousand(
            lat in -850_000_000_i32..850_000_000,
            lon in -1_700_000_000_i32..1_700_000_000,
            north in -50_000_i32..50_000,
            east in -50_000_i32..50_000,
        ) {
            let a = Point { lat_e7: lat, lon_e7: lon };
            let b = Point { lat_e7: lat + north, lon_e7: lon + east };
            let whole = distance_mm(a, b) as f64;
            let real = by_radii_mm(a, b);
            prop_assert!((whole - real).abs() <= real / 5_000.0 + 2.0, "{whole} {real}");
            prop_assert_eq!(distance_mm(a, b), distance_mm(b, a));
        }

        #[test]
        fn any_two_points_have_a_distance(a: (i32, i32), b: (i32, i32)) {
            let _ = distance_mm(Point { lat_e7: a.0, lon_e7: a.1 }, Point { lat_e7: b.0, lon_e7: b.1 });
        }

        #[test]
        fn what_is_within_reach_is_within_the_span(lat in -890_000_000_i32..890_000_000, mm in 0_u64..1_000_000) {
            let span = lat_span_e7(mm);
            let a = Point { lat_e7: lat, lon_e7: 0 };
            let b = Point { lat_e7: lat + i32::try_from(span).unwrap(), lon_e7: 0 };
            prop_assert!(distance_mm(a, b) >= mm);
        }
    }
}
