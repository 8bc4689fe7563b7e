//! Serves the console over a made-up community, to look at the pages: `cargo run -p wangge-console --example preview`.
//! Name and passphrase are both `preview`; a bell rings every few seconds, as if phones were at work.

use std::sync::Arc;
use std::time::Duration;

use wangge_console::Reached;

#[path = "preview/town.rs"]
mod town;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let town = Arc::new(town::Town::new());
    let router = wangge_console::router(town.clone(), Reached::Http);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:4180").await?;
    println!("http://{}/", listener.local_addr()?);
    let stopped = town.clone();
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_secs(5)).await;
            town.work();
        }
    });
    axum::serve(listener, router)
        .with_graceful_shutdown(async move {
            if tokio::signal::ctrl_c().await.is_ok() {
                stopped.stop();
            }
        })
        .await
}
