//! The steps of the run, in their order.

mod code;
mod console;
mod examples;
mod nextest;
mod world;

use super::Step;

/// Everything that `cargo xtask test` runs.
pub(super) const ALL: &[Step] = &[
    Step {
        name: "setup",
        zh: "装备",
        after: None,
        run: code::setup,
    },
    Step {
        name: "front-end",
        zh: "控制台前端",
        after: Some("setup"),
        run: code::front_end,
    },
    Step {
        name: "format",
        zh: "格式",
        after: None,
        run: code::format,
    },
    Step {
        name: "build",
        zh: "构建",
        after: Some("front-end"),
        run: code::build,
    },
    Step {
        name: "lints",
        zh: "静态检查",
        after: Some("build"),
        run: code::lints,
    },
    Step {
        name: "tests",
        zh: "单元、性质、故事与进程测试",
        after: Some("build"),
        run: code::tests,
    },
    Step {
        name: "doc tests",
        zh: "文档中的例子",
        after: Some("build"),
        run: code::doc_tests,
    },
    Step {
        name: "real data",
        zh: "真实数据",
        after: Some("build"),
        run: code::real_data,
    },
    Step {
        name: "documents",
        zh: "文档与代码对照",
        after: Some("build"),
        run: code::documents,
    },
    Step {
        name: "simulated world",
        zh: "模拟世界",
        after: Some("build"),
        run: world::seeds,
    },
    Step {
        name: "mutants",
        zh: "变异体",
        after: Some("build"),
        run: world::mutants,
    },
    Step {
        name: "bindings",
        zh: "语言绑定",
        after: Some("build"),
        run: examples::bindings,
    },
    Step {
        name: "examples",
        zh: "示例（Rust、Python、Kotlin）",
        after: Some("bindings"),
        run: examples::examples,
    },
    Step {
        name: "stranger's client",
        zh: "陌生人的客户端",
        after: Some("build"),
        run: examples::stranger,
    },
    Step {
        name: "console in Chromium",
        zh: "浏览器中的控制台",
        after: Some("build"),
        run: console::chromium,
    },
];
