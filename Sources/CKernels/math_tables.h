// The tables of math_table_f32.h.
//
// Each has sixteen entries, so that one permutation of a vector of floats looks all of them up.
#ifndef PT_MATH_TABLES_H
#define PT_MATH_TABLES_H

/// 2^(i / 8), and what rounding it took away; twice.
static const float pt_exp_high[16] = {
    0x1p+0f, 0x1.172b84p+0f, 0x1.306fep+0f, 0x1.4bfdaep+0f, 0x1.6a09e6p+0f, 0x1.8ace54p+0f, 0x1.ae89fap+0f,
    0x1.d5818ep+0f, 0x1p+0f, 0x1.172b84p+0f, 0x1.306fep+0f, 0x1.4bfdaep+0f, 0x1.6a09e6p+0f, 0x1.8ace54p+0f,
    0x1.ae89fap+0f, 0x1.d5818ep+0f};
static const float pt_exp_low[16] = {
    0, -0x1.c15742p-27f, 0x1.4636e2p-25f, -0x1.593abcp-25f, 0x1.9fcef4p-26f, 0x1.15506ep-27f, -0x1.a94b14p-26f,
    -0x1.822dbcp-27f, 0, -0x1.c15742p-27f, 0x1.4636e2p-25f, -0x1.593abcp-25f, 0x1.9fcef4p-26f, 0x1.15506ep-27f,
    -0x1.a94b14p-26f, -0x1.822dbcp-27f};

/// Near 1 / (1 + i / 16), of so few bits that pt_log_scale[i] m - 1 is a float for every float m within 1 / 32 of
/// 1 + i / 16.
static const float pt_log_scale[16] = {
    0x1p+0f, 0x1.ep-1f, 0x1.c8p-1f, 0x1.bp-1f, 0x1.98p-1f, 0x1.88p-1f, 0x1.7p-1f, 0x1.6p-1f, 0x1.58p-1f,
    0x1.48p-1f, 0x1.38p-1f, 0x1.3p-1f, 0x1.28p-1f, 0x1.18p-1f, 0x1.1p-1f, 0x1.08p-1f};
/// -log pt_log_scale[i]: a multiple of 2^-16, and the rest.
static const float pt_log_high[16] = {
    0, 0x1.086p-4f, 0x1.da7p-4f, 0x1.5bf8p-3f, 0x1.d1p-3f, 0x1.1178p-2f, 0x1.522cp-2f, 0x1.7fbp-2f,
    0x1.973cp-2f, 0x1.c8p-2f, 0x1.fb34p-2f, 0x1.0ae8p-1f, 0x1.188ep-1f, 0x1.3502p-1f, 0x1.43dap-1f,
    0x1.5322p-1f};
static const float pt_log_low[16] = {
    0, -0x1.9d2988p-18f, 0x1.3b1c22p-19f, -0x1.fca55ep-18f, 0x1.bf932ap-18f, 0x1.d044fcp-19f, -0x1.1f8c76p-18f,
    -0x1.7109fap-20f, -0x1.cbcecap-18f, -0x1.8e2eaap-20f, 0x1.8af7a4p-18f, -0x1.23a5f6p-18f, 0x1.c81e48p-18f,
    0x1.15b3b2p-18f, -0x1.a0db88p-26f, 0x1.c4d0dp-18f};

/// tanh near points c. The range of i: its lowest four bits are those of the exponent of |x| and of the first bit of
/// its fraction, from 1 / 8 on up; i = 7 has what is below, i = 5 and 6 don't occur.
///
/// c; the coefficients of 1 and d = |x| - c, floats to 2^-10 units in the last place, for which c was chosen; those
/// of d^2 to d^8, minimax for the relative error.
static const float pt_tanh_table[10][16] = {
    {0x1.3cadcap+1f, 0x1.bda67p+1f, 0x1.447cbep+2f, 0x1.bec3a6p+2f, 0x1.0a2b24p+3f, 0, 0, 0, 0x1.3b8016p-3f,
    0x1.c09572p-3f, 0x1.44d0bp-2f, 0x1.c02c54p-2f, 0x1.44275ep-1f, 0x1.bf356cp-1f, 0x1.44fe78p+0f,
    0x1.bd826ap+0f},
    {0x1.f8c8b8p-1f, 0x1.ff084p-1f, 0x1.fff5a8p-1f, 0x1.ffffc6p-1f, 0x1.fffffcp-1f, 0, 0, 0, 0x1.390728p-3f,
    0x1.b98b86p-3f, 0x1.3a57acp-2f, 0x1.a5977p-2f, 0x1.1ed17ap-1f, 0x1.68p-1f, 0x1.b5137ap-1f, 0x1.e16982p-1f},
    {0x1.ca90e2p-6f, 0x1.ef081ep-9f, 0x1.4afca8p-13f, 0x1.cfffe4p-19f, 0x1.fffffap-23f, 0, 0, 0x1p+0f,
    0x1.f409ecp-1f, 0x1.e8337p-1f, 0x1.cfc09ap-1f, 0x1.a93692p-1f, 0x1.5f53a4p-1f, 0x1.02ep-1f, 0x1.15c48p-2f,
    0x1.dac968p-4f},
    {-0x1.c41a5ep-6f, -0x1.ee1896p-9f, -0x1.4af118p-13f, -0x1.cfff82p-19f, -0x1.fffff4p-23f, 0, 0, 0,
    -0x1.31b70ep-3f, -0x1.a50558p-3f, -0x1.1cb888p-2f, -0x1.5e2124p-2f, -0x1.899eecp-2f, -0x1.6c0bp-2f,
    -0x1.da3d9p-3f, -0x1.be6c0cp-4f},
    {0x1.24dfb4p-6f, 0x1.4826f6p-9f, 0x1.b950b4p-14f, 0x1.356b2ap-19f, 0x1.5554eap-23f, 0, 0, -0x1.555554p-2f,
    -0x1.35fedcp-2f, -0x1.1814e6p-2f, -0x1.bb8836p-3f, -0x1.16a59ep-3f, -0x1.b6de44p-7f, 0x1.4d899cp-4f,
    0x1.b753eap-4f, 0x1.057d5cp-4f},
    {-0x1.1419acp-7f, -0x1.45a9ap-10f, -0x1.b9ba36p-15f, -0x1.355a62p-20f, -0x1.555512p-24f, 0, 0, 0,
    0x1.895602p-4f, 0x1.051c46p-3f, 0x1.45f798p-3f, 0x1.5c243ap-3f, 0x1.15c7ap-3f, 0x1.f5be82p-5f,
    -0x1.d70e7ep-7f, -0x1.843e2p-6f},
    {0x1.85b2bep-9f, 0x1.00826ap-11f, 0x1.5e6bdep-16f, 0x1.eb4cc8p-22f, 0x1.11331cp-25f, 0, 0, 0x1.110dfcp-3f,
    0x1.ba1a7ap-4f, 0x1.5ba4cp-4f, 0x1.6402fap-5f, -0x1.94ece2p-8f, -0x1.cceedcp-5f, -0x1.e31b9ep-5f,
    -0x1.1e112ep-6f, 0x1.d4e78ap-9f},
    {-0x1.7fd094p-11f, -0x1.4bbe56p-13f, -0x1.c9550cp-18f, -0x1.48eddp-23f, -0x1.6cf1d8p-27f, 0, 0, 0,
    -0x1.a88c46p-5f, -0x1.0bbc9cp-4f, -0x1.29453cp-4f, -0x1.f9992p-5f, -0x1.6c960cp-6f, 0x1.aecf88p-7f,
    0x1.ddd974p-7f, 0x1.1553dep-9f},
    {0x1.bbd694p-15f, 0x1.68ec2ep-15f, 0x1.28a678p-19f, 0x1.a5f85cp-25f, 0x1.95f3a4p-29f, 0, 0, -0x1.b4c6ccp-5f,
    -0x1.2db52cp-5f, -0x1.6d289ep-6f, 0x1.08db16p-10f, 0x1.71eef6p-6f, 0x1.dedb46p-6f, 0x1.6f7ee8p-7f,
    -0x1.2e39c8p-8f, -0x1.0a1ee8p-9f},
    {0x1.8c4f62p-15f, -0x1.2ce95ep-17f, -0x1.559f04p-21f, -0x1.96c5f6p-27f, -0x1.289964p-31f, 0, 0, 0,
    0x1.a21196p-6f, 0x1.e87756p-6f, 0x1.cea5eep-6f, 0x1.02d668p-6f, -0x1.1e5b64p-8f, -0x1.481738p-7f,
    -0x1.0d2fdep-10f, 0x1.c4f9f6p-11f}};

#endif
