//! QUIC's settings.

use std::sync::Arc;
use std::time::Duration;

use quinn::{IdleTimeout, TransportConfig, VarInt};

use crate::congestion::SteadyFactory;
use crate::{Config, limits};

/// Our own congestion control, see there. No probing for larger datagrams: it doubles the bytes of a short session.
pub(crate) fn transport(config: &Config) -> Arc<TransportConfig> {
    let mut transport = TransportConfig::default();
    transport
        .congestion_controller_factory(Arc::new(SteadyFactory))
        .initial_mtu(limits::MTU)
        .mtu_discovery_config(None)
        .receive_window(VarInt::from_u32(limits::RECEIVE_WINDOW))
        .stream_receive_window(VarInt::from_u32(limits::STREAM_WINDOW))
        .send_window(limits::SEND_WINDOW)
        .max_concurrent_bidi_streams(VarInt::from_u32(limits::STREAMS_MAX))
        .max_concurrent_uni_streams(VarInt::from_u32(0))
        .datagram_receive_buffer_size(None)
        .max_idle_timeout(Some(IdleTimeout::from(VarInt::from_u32(config.idle_ms))))
        .keep_alive_interval(
            (config.keep_alive_ms > 0).then(|| Duration::from_millis(config.keep_alive_ms.into())),
        );
    Arc::new(transport)
}
