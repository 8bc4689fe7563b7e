//! The words that the workload is made of.

pub(super) const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾萧田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常";
pub(super) const GIVEN: &str = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂兰建国志玉梅红云飞晓燕春花海波文华鹏辉玲雪婷宇浩然子轩梓涵欣怡佳雨泽俊熙思远一诺嘉豪诗琪";
pub(super) const VILLAGES: &str =
    "大小上下东西南北石龙马牛羊云水清白红青金银花桥溪坪坝寨沟岩坡湾田山岭塘井树木竹松柏梅桃李杏";
pub(super) const CITIES: &[&str] = &[
    "河南省安阳市",
    "河南省鹤壁市",
    "河南省濮阳市",
    "河南省新乡市",
    "河北省邯郸市",
    "山西省长治市",
    "山东省聊城市",
    "河南省开封市",
];
pub(super) const COUNTIES: &[&str] = &[
    "安阳县",
    "汤阴县",
    "滑县",
    "内黄县",
    "林州市",
    "浚县",
    "淇县",
    "南乐县",
    "清丰县",
    "长垣市",
    "临漳县",
    "磁县",
    "涉县",
    "平顺县",
    "莘县",
    "冠县",
];
pub(super) const FIRMS: &[&str] = &[
    "第二建筑公司",
    "惠民超市",
    "东风物业服务中心",
    "振兴机械厂",
    "阳光幼儿园",
    "第三中学",
    "永安运输队",
    "个体餐馆",
    "村民委员会",
    "供电所",
];
pub(super) const NOTES: &[&str] = &[
    "已上门走访，家中有老人需要照看，每月回访一次",
    "白天无人在家，晚上七点以后可联系",
    "无特殊情况",
    "反映楼道照明损坏，已转物业处理",
    "子女外出务工，由邻居代为照应",
    "已登记并说明政策，等待材料补齐",
    "现场查看属实，需要两个部门一起处理",
    "独居老人，重点关注，冬季注意用火用电安全",
    "住户已自行整改，复查合格",
    "已与当事人电话联系，约定周末再次到场",
];

/// Codes and words to choose from; none for fields whose values are put together.
pub(super) fn of(key: &str) -> &'static [&'static str] {
    match key {
        "ethnicity" => &["01", "03", "06", "07", "09", "12", "15"],
        "residence" => &["registered", "floating", "left_behind"],
        "registration" => &["01", "02"],
        "relation" => &["02", "10", "20", "30", "50"],
        "marriage" => &["10", "20", "21", "30", "40"],
        "politics" => &["01", "03", "13"],
        "education" => &["20", "30", "60", "70", "80"],
        "occupation" => &[
            "农民",
            "务工",
            "个体经营",
            "教师",
            "学生",
            "无业",
            "村干部",
            "司机",
            "退休",
        ],
        "inflow_reason" => &["务工", "随迁", "求学", "投靠亲属", "经商", "本地户籍"],
        "title" => &[
            "路灯不亮",
            "井盖破损",
            "占道经营",
            "楼道堆物",
            "下水堵塞",
            "噪声扰民",
            "邻里纠纷",
            "电线老化",
        ],
        "sort" => &[
            "dispute",
            "hazard",
            "event",
            "component",
            "service",
            "opinion",
        ],
        "class" => &[
            "市容环境",
            "公共设施",
            "邻里关系",
            "消防安全",
            "物业管理",
            "社会保障",
        ],
        "demand" => &["consult", "help", "complaint", "report", "proposal"],
        "scale" => &["01", "02", "03"],
        "severity" => &["02", "03", "04"],
        "source" => &["grid_member", "resident", "12345", "property", "patrol"],
        _ => &[],
    }
}
