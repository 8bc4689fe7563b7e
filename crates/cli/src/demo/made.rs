//! People and happenings that nobody ever met: the demo's own data, the same for the same seed.

/// Evenly drawn numbers from a seed (splitmix64). For made-up data only.
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Dice of their own for a part of the work, so that parts may be done in any order.
    pub(crate) fn fork(&self, part: u64) -> Self {
        let mut fork = Self(self.0 ^ part.wrapping_mul(0xd6e8_feb8_6659_fd93));
        fork.next();
        fork
    }

    /// A number below `bound`; 0 where that is 0.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.next().checked_rem(bound).unwrap_or(0)
    }

    /// One of several.
    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        let at = self.below(u64::try_from(from.len()).unwrap_or(0));
        from.get(usize::try_from(at).unwrap_or(0))
    }

    fn word(&mut self, from: &[&'static str]) -> &'static str {
        self.pick(from).copied().unwrap_or_default()
    }
}

/// The demo's county: no division of the country has these codes.
pub(crate) const COUNTY: (&str, &str) = ("990101", "云溪县");

/// A division's code and name.
type Named = (&'static str, &'static str);

/// Its townships and their communities.
pub(crate) const TOWNSHIPS: [(&str, &str, [Named; 2]); 2] = [
    (
        "990101100",
        "青石镇",
        [("990101100001", "东关社区"), ("990101100002", "西街社区")],
    ),
    (
        "990101101",
        "柳河镇",
        [("990101101001", "河湾社区"), ("990101101201", "上柳村")],
    ),
];

const SURNAMES: [&str; 24] = [
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "马", "朱", "胡", "郭",
    "何", "高", "林", "罗", "郑", "梁", "谢", "欧阳",
];
const GIVEN: [&str; 32] = [
    "芳", "伟", "秀英", "娜", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "娟",
    "涛", "明", "超", "兰英", "霞", "平", "刚", "桂英", "文", "玉兰", "建国", "建华", "志强",
    "晓东", "雪梅", "子涵", "一诺",
];
const STREETS: [&str; 8] = [
    "东街",
    "西街",
    "河沿路",
    "青石巷",
    "柳荫路",
    "文庙街",
    "粮站路",
    "学府路",
];

/// A made-up resident.
#[derive(Debug, Clone)]
pub(crate) struct MadeResident {
    pub(crate) name: String,
    /// GB/T 2261.1: 1 male, 2 female.
    pub(crate) sex: &'static str,
    /// `YYYY-MM-DD`.
    pub(crate) birth: String,
    /// 18 digits with a right check digit, of a county that does not exist.
    pub(crate) id_number: String,
    pub(crate) phone: String,
    pub(crate) address: String,
    pub(crate) household: String,
}

/// Makes a person up.
pub(crate) fn resident(dice: &mut Dice) -> MadeResident {
    let name = name(dice);
    let male = dice.below(2) == 1;
    let (year, month, day) = (
        1935 + dice.below(85),
        1 + dice.below(12),
        1 + dice.below(28),
    );
    let serial = dice.below(499) * 2 + u64::from(male);
    let digits = format!("{}{year:04}{month:02}{day:02}{serial:03}", COUNTY.0);
    let house = 1 + dice.below(60);
    MadeResident {
        name,
        sex: if male { "1" } else { "2" },
        birth: format!("{year:04}-{month:02}-{day:02}"),
        id_number: format!("{digits}{}", check_digit(&digits)),
        phone: phone(dice, Numbers::FirstNoted),
        address: format!(
            "{}{house}号{}单元{}室",
            dice.word(&STREETS),
            1 + dice.below(4),
            101 + 100 * dice.below(6)
        ),
        household: format!("H{:06}", dice.below(1_000_000)),
    }
}

/// A person's name.
pub(crate) fn name(dice: &mut Dice) -> String {
    format!("{}{}", dice.word(&SURNAMES), dice.word(&GIVEN))
}

/// Who noted a telephone number. Each draws from a range of its own, so that a change is always a change and two hands never agree by chance.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Numbers {
    /// Whoever entered the resident.
    FirstNoted,
    /// The grid's first phone, later.
    FirstPhone,
    /// The grid's second phone, later.
    SecondPhone,
}

/// A telephone number of a range that is not given out.
pub(crate) fn phone(dice: &mut Dice, numbers: Numbers) -> String {
    let range = match numbers {
        Numbers::FirstNoted => 1,
        Numbers::FirstPhone => 2,
        Numbers::SecondPhone => 3,
    };
    format!("199000{range}{:04}", dice.below(10_000))
}

/// What people report, by sort of matter.
const MATTERS: [(&str, &str); 10] = [
    ("路灯不亮", "夜里一片漆黑,老人出门容易摔倒,请派人检修。"),
    ("下水道堵塞", "污水漫到路面,气味很大,已经三天了。"),
    ("邻里因停车争执", "两家为门前车位吵了起来,请社区调解。"),
    ("楼道堆放杂物", "消防通道被占,电动车在楼道充电。"),
    ("独居老人需要送餐", "老人行动不便,子女在外地,希望安排助餐。"),
    ("井盖破损", "井盖裂开,孩子上学经过,十分危险。"),
    ("夜间施工噪声", "工地晚上十一点还在施工,影响休息。"),
    ("树枝压电线", "大风后树枝压在电线上,时有火花。"),
    ("垃圾清运不及时", "垃圾桶满了几天没人收。"),
    ("水压不足", "高层用水时断时续。"),
];

/// A made-up matter: its subject and what was said about it.
pub(crate) fn matter(dice: &mut Dice) -> (String, String, String) {
    let (title, text) = dice.pick(&MATTERS).copied().unwrap_or_default();
    (
        title.to_owned(),
        text.to_owned(),
        format!("{}{}号", dice.word(&STREETS), 1 + dice.below(60)),
    )
}

/// GB 11643's check digit of 17 digits (ISO 7064, MOD 11-2).
fn check_digit(digits: &str) -> char {
    let sum = digits
        .bytes()
        .fold(0_u32, |sum, digit| (sum + u32::from(digit - b'0')) * 2 % 11);
    match (12 - sum) % 11 {
        10 => 'X',
        digit => char::from(b'0' + u8::try_from(digit).unwrap_or(0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_are_those_of_the_standard() {
        // The standard's own examples.
        assert_eq!(check_digit("11010519491231002"), 'X');
        assert_eq!(check_digit("44052418800101001"), '4');
    }

    #[test]
    fn hands_never_note_the_same_number_by_chance() {
        let all = [
            Numbers::FirstNoted,
            Numbers::FirstPhone,
            Numbers::SecondPhone,
        ];
        let notes = all.map(|numbers| phone(&mut Dice::new(7), numbers));
        assert!(notes.iter().all(|number| number.len() == 11), "{notes:?}");
        assert!(notes[0] != notes[1] && notes[1] != notes[2] && notes[0] != notes[2]);
    }

    #[test]
    fn the_same_seed_makes_the_same_people() {
        let people = |seed| {
            let mut dice = Dice::new(seed);
            (0..50)
                .map(|_| resident(&mut dice).id_number)
                .collect::<Vec<_>>()
        };
        assert_eq!(people(7), people(7));
        assert_ne!(people(7), people(8));
    }
}
