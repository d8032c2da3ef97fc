//! Which addresses may be called, asked after a name was resolved: a name says nothing about where it leads.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Which addresses may be called. The default refuses what a package has no business with: this machine, link-local (where clouds answer
/// for credentials), multicast and unspecified addresses. Private networks are where customers' systems are, and are allowed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HttpPolicy {
    /// Whether this machine itself may be called.
    pub loopback: bool,
}

/// Why an address may not be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{address} is {what}, which requests may not be sent to")]
pub struct Refused {
    /// The address as resolved.
    pub address: IpAddr,
    /// What it is, with its article.
    pub what: &'static str,
}

impl HttpPolicy {
    /// Whether `address` may be called.
    pub fn permits(&self, address: IpAddr) -> Result<(), Refused> {
        match plain(address) {
            IpAddr::V4(v4) => self.refusal_v4(v4),
            IpAddr::V6(v6) => self.refusal_v6(v6),
        }
        .map_or(Ok(()), |what| Err(Refused { address, what }))
    }

    fn refusal_v4(&self, address: Ipv4Addr) -> Option<&'static str> {
        // The metadata service of one cloud sits outside link-local, in the shared range.
        const METADATA: Ipv4Addr = Ipv4Addr::new(100, 100, 100, 200);
        if address.is_loopback() {
            return (!self.loopback).then_some("this machine");
        }
        match address {
            METADATA => Some("a metadata address"),
            _ if address.is_link_local() => Some("a link-local address"),
            _ if address.octets()[0] == 0 => Some("an unspecified address"),
            _ if address.is_multicast() || address.is_broadcast() => Some("a multicast address"),
            _ => None,
        }
    }

    fn refusal_v6(&self, address: Ipv6Addr) -> Option<&'static str> {
        const METADATA: Ipv6Addr = Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254);
        if address.is_loopback() {
            return (!self.loopback).then_some("this machine");
        }
        match address {
            METADATA => Some("a metadata address"),
            _ if address.is_unicast_link_local() => Some("a link-local address"),
            _ if address.is_unspecified() => Some("an unspecified address"),
            _ if address.is_multicast() => Some("a multicast address"),
            _ => None,
        }
    }
}

/// The IPv4 address that an IPv6 one carries, where it leads there: mapped (`::ffff:a.b.c.d`), compatible (`::a.b.c.d`) and NAT64 (`64:ff9b::a.b.c.d`).
fn plain(address: IpAddr) -> IpAddr {
    let IpAddr::V6(v6) = address else { return address };
    let [.., a, b, c, d] = v6.octets();
    let carried = IpAddr::V4(Ipv4Addr::new(a, b, c, d));
    match v6.segments() {
        [0, 0, 0, 0, 0, 0xffff, ..] | [0x64, 0xff9b, 0, 0, 0, 0, ..] => carried,
        [0, 0, 0, 0, 0, 0, high, _] if high != 0 => carried,
        _ => address,
    }
}

#[cfg(test)]
mod tests {
    use super::HttpPolicy;

    fn check(address: &str, loopback: bool, wanted: Option<&str>) {
        let answer = HttpPolicy { loopback }.permits(address.parse().unwrap());
        assert_eq!(answer.err().map(|refused| refused.what), wanted, "{address}");
    }

    #[test]
    fn addresses_that_a_package_has_no_business_with_are_refused() {
        for (address, wanted) in [
            ("127.0.0.1", Some("this machine")),
            ("127.9.9.9", Some("this machine")),
            ("::1", Some("this machine")),
            ("::ffff:127.0.0.1", Some("this machine")),
            ("64:ff9b::7f00:1", Some("this machine")),
            ("::127.0.0.1", Some("this machine")),
            ("169.254.169.254", Some("a link-local address")),
            ("::ffff:169.254.169.254", Some("a link-local address")),
            ("fe80::1", Some("a link-local address")),
            ("100.100.100.200", Some("a metadata address")),
            ("fd00:ec2::254", Some("a metadata address")),
            ("0.0.0.0", Some("an unspecified address")),
            ("0.1.2.3", Some("an unspecified address")),
            ("::", Some("an unspecified address")),
            ("224.0.0.1", Some("a multicast address")),
            ("255.255.255.255", Some("a multicast address")),
            ("ff02::1", Some("a multicast address")),
            ("10.1.2.3", None),
            ("192.168.1.1", None),
            ("100.64.0.1", None),
            ("203.0.113.9", None),
            ("2001:db8::1", None),
            ("fd12::1", None),
        ] {
            check(address, false, wanted);
        }
    }

    #[test]
    fn this_machine_may_be_called_where_the_configuration_says_so() {
        check("127.0.0.1", true, None);
        check("::1", true, None);
        check("169.254.169.254", true, Some("a link-local address"));
    }
}
