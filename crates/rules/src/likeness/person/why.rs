//! The reasons for and against two residents being one, and what each weighs.

/// What speaks for or against two being one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// One identity number, valid.
    Number,
    /// One of the numbers is wrong, and one slip makes it the other.
    NumberSlip,
    /// One name.
    Name,
    /// One is the other's former name.
    FormerName,
    /// Names that sound alike.
    NameSound,
    /// Names with one slip.
    NameSlip,
    /// Names with nothing in common.
    NameDiffers,
    /// One birth date.
    Birth,
    /// Birth dates with one slip, or month and day crosswise.
    BirthSlip,
    /// Birth dates that differ.
    BirthDiffers,
    /// One year of birth, more is not known.
    BirthYear,
    /// One telephone number.
    Phone,
    /// One household.
    Household,
    /// The sexes differ.
    SexDiffers,
    /// One household, one birth date, names with one slip: as likely twins.
    Twins,
}

impl Why {
    /// The points that it gives or takes.
    pub(super) const fn points(self) -> i32 {
        match self {
            Self::Number => 1000,
            Self::NumberSlip => 450,
            Self::Name | Self::Birth => 350,
            Self::FormerName => 300,
            Self::Phone | Self::NameSound => 250,
            Self::BirthSlip => 200,
            Self::NameSlip | Self::Household => 150,
            Self::BirthYear => 100,
            Self::SexDiffers => -200,
            Self::BirthDiffers => -300,
            Self::NameDiffers | Self::Twins => -400,
        }
    }

    /// The reason in Chinese.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Number => "公民身份号码相同",
            Self::NumberSlip => "公民身份号码仅一处不同，其中一个校验有误",
            Self::Name => "姓名相同",
            Self::FormerName => "与曾用名相同",
            Self::NameSound => "姓名同音",
            Self::NameSlip => "姓名仅一字之差",
            Self::NameDiffers => "姓名不同",
            Self::Birth => "出生日期相同",
            Self::BirthSlip => "出生日期仅一处不同",
            Self::BirthDiffers => "出生日期不同",
            Self::BirthYear => "出生年份相同",
            Self::Phone => "联系电话相同",
            Self::Household => "同一户",
            Self::SexDiffers => "性别不同",
            Self::Twins => "同户同日出生，可能为双胞胎",
        }
    }

    /// The reason in English.
    #[must_use]
    pub const fn en(self) -> &'static str {
        match self {
            Self::Number => "same identity number",
            Self::NumberSlip => "identity numbers with one slip, one of them wrong",
            Self::Name => "same name",
            Self::FormerName => "same as the former name",
            Self::NameSound => "names sound alike",
            Self::NameSlip => "names differ in one character",
            Self::NameDiffers => "names differ",
            Self::Birth => "same birth date",
            Self::BirthSlip => "birth dates with one slip",
            Self::BirthDiffers => "birth dates differ",
            Self::BirthYear => "same year of birth",
            Self::Phone => "same telephone",
            Self::Household => "same household",
            Self::SexDiffers => "sexes differ",
            Self::Twins => "same household and birth date: perhaps twins",
        }
    }
}
