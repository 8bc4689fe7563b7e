//! Measures links over a relay in user space: 1 MB over a lossy link, and how long a word waits on a slow link whose deep queue another
//! link fills. One JSON line a run.
//!
//! `cargo run -p wangge-link --example bad_link -- [RUNS]`

use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use wangge_link::relay::{Quality, Relay, noise};
use wangge_link::{Acceptor, CloseCode, Config, Endpoint, Link};
use wangge_wire::{KeySigner, Signer};

type Measured<T> = Result<T, Box<dyn Error>>;

const FRAME_LEN: usize = 64 * 1024;

#[tokio::main]
async fn main() -> Measured<()> {
    let runs: u64 = std::env::args().nth(1).map_or(Ok(5), |runs| runs.parse())?;
    for seed in 0..runs {
        lossy(seed).await?;
    }
    for seed in 0..runs {
        deep_queue(seed).await?;
    }
    for seed in 0..runs {
        near(seed).await?;
    }
    Ok(())
}

fn key(name: u8) -> Arc<dyn Signer> {
    Arc::new(KeySigner::from_seed(&[name; 32]))
}

fn loopback() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}

/// A hub that answers every frame with its length, and a relay before it.
fn hub_behind(quality: Quality, seed: u64) -> Measured<(Relay, Endpoint)> {
    let (hub, acceptor) = Endpoint::bind(loopback(), Config::default())?;
    hub.add_host(key(1));
    let relay = Relay::spawn(hub.local_addr()?, quality, quality, seed)?;
    tokio::spawn(echo_all(acceptor));
    Ok((relay, hub))
}

async fn echo_all(mut acceptor: Acceptor) {
    while let Some(mut incoming) = acceptor.accept().await {
        tokio::spawn(async move {
            while let Ok(Some(frame)) = incoming.link.recv().await {
                let len = u64::try_from(frame.len()).unwrap_or(0);
                if incoming
                    .link
                    .send(len.to_be_bytes().to_vec())
                    .await
                    .is_err()
                {
                    break;
                }
            }
        });
    }
}

async fn dial(relay: &Relay, name: u8) -> Measured<Link> {
    let phone = Endpoint::bind_dialler(loopback(), Config::default())?;
    Ok(phone.dial(relay.addr(), key(1).public(), key(name)).await?)
}

/// Sends so many bytes in frames and waits until the hub has answered each.
async fn upload(link: Link, len: usize) -> Measured<Link> {
    let frames = len.div_ceil(FRAME_LEN);
    let (sender, mut receiver) = link.split();
    let sending = async {
        for frame in 0..frames {
            sender
                .send(noise(FRAME_LEN.min(len - frame * FRAME_LEN), frame))
                .await?;
        }
        Ok::<_, wangge_link::LinkError>(())
    };
    let receiving = async {
        for _ in 0..frames {
            receiver.recv().await?;
        }
        Ok::<_, wangge_link::LinkError>(())
    };
    tokio::try_join!(sending, receiving)?;
    Ok(Link::join(sender, receiver))
}

async fn lossy(seed: u64) -> Measured<()> {
    let (relay, _hub) = hub_behind(Quality::LOSSY, seed)?;
    let begin = Instant::now();
    let link = upload(dial(&relay, 9).await?, 1_000_000).await?;
    let seconds = begin.elapsed().as_secs_f64();
    let (up, _) = relay.traffic();
    let rtt_ms = link.stats().rtt_us / 1_000;
    link.close(CloseCode::BYE, "").await;
    println!(
        "{{\"link\":\"300 ms, 5 % loss, 10 Mbit/s\",\"seed\":{seed},\"seconds\":{seconds:.2},\"bytes_up\":{},\"lost\":{},\"overflowed\":{},\"wait_ms_max\":{},\"rtt_ms\":{rtt_ms}}}",
        up.bytes,
        up.lost,
        up.overflowed,
        up.wait_us_max / 1_000,
    );
    Ok(())
}

/// Twenty links upload at once on this machine: short round trips, and a processor that all have to share.
async fn near(seed: u64) -> Measured<()> {
    const LINKS: u8 = 20;
    const LEN: usize = 1_000_000;
    let (hub, acceptor) = Endpoint::bind(loopback(), Config::default())?;
    hub.add_host(key(1));
    tokio::spawn(echo_all(acceptor));
    let addr = hub.local_addr()?;
    let phone = Endpoint::bind_dialler(loopback(), Config::default())?;
    let begin = Instant::now();
    let mut uploads = tokio::task::JoinSet::new();
    for name in 0..LINKS {
        let phone = phone.clone();
        uploads.spawn(async move {
            let link = phone
                .dial(addr, key(1).public(), key(100 + name))
                .await
                .map_err(|error| error.to_string())?;
            upload(link, LEN).await.map_err(|error| error.to_string())
        });
    }
    let mut rtt_ms_max = 0;
    for link in uploads.join_all().await {
        rtt_ms_max = rtt_ms_max.max(link?.stats().rtt_us / 1_000);
    }
    let seconds = begin.elapsed().as_secs_f64();
    println!(
        "{{\"link\":\"20 on one machine, 1 MB each\",\"seed\":{seed},\"seconds\":{seconds:.2},\"rtt_ms_max\":{rtt_ms_max}}}"
    );
    Ok(())
}

/// One link uploads while another asks for a word again and again.
async fn deep_queue(seed: u64) -> Measured<()> {
    let (relay, _hub) = hub_behind(Quality::SLOW, seed)?;
    let asking = dial(&relay, 8).await?;
    let begin = Instant::now();
    let uploading = tokio::spawn({
        let link = dial(&relay, 9).await?;
        async move {
            upload(link, 400_000)
                .await
                .map_err(|error| error.to_string())
        }
    });
    let mut trips_ms = Vec::new();
    let mut asking = asking;
    while !uploading.is_finished() {
        let asked = Instant::now();
        asking = upload(asking, 100).await?;
        trips_ms.push(asked.elapsed().as_millis());
    }
    let link = uploading.await??;
    let seconds = begin.elapsed().as_secs_f64();
    trips_ms.sort_unstable();
    let (up, _) = relay.traffic();
    let median = trips_ms.get(trips_ms.len() / 2).copied().unwrap_or(0);
    let worst = trips_ms.last().copied().unwrap_or(0);
    link.close(CloseCode::BYE, "").await;
    println!(
        "{{\"link\":\"300 ms, 256 kbit/s, a queue of 8 s\",\"seed\":{seed},\"seconds\":{seconds:.2},\"wait_ms_max\":{},\"trip_ms_median\":{median},\"trip_ms_max\":{worst},\"trips\":{}}}",
        up.wait_us_max / 1_000,
        trips_ms.len(),
    );
    Ok(())
}
