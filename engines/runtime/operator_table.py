"""Which ONNX operators TensorRT's parser takes, and for which element types.

Source: the support matrix of the ONNX-TensorRT parser for TensorRT 10.15, opsets 9 to 24
(docs/operators.md of https://github.com/onnx/onnx-tensorrt). bfloat16, fp8, fp4 and int4, which no graph here
uses, are left out. An operator that is in none of the groups is not taken.
"""

from __future__ import annotations

VERSION = "10.15"
OPSETS = range(9, 25)

_FLOAT = "float32 float16"
_NUMBER = f"{_FLOAT} int32 int64"
_ANY = f"{_NUMBER} bool"

_GROUPS = {
    _FLOAT: """
        Acos Acosh Asin Asinh Atan Atanh Attention AveragePool BatchNormalization BlackmanWindow Ceil Celu
        Clip Conv ConvTranspose Cos Cosh CumSum DeformConv Dropout Einsum Elu Erf Exp Floor Gemm
        GlobalAveragePool GlobalLpPool GlobalMaxPool GridSample GroupNormalization GRU HammingWindow
        HannWindow HardSigmoid HardSwish Hardmax ImageScaler InstanceNormalization IsInf LayerNormalization
        LeakyRelu Log LogSoftmax LRN LSTM LpNormalization LpPool MatMul MaxPool MeanVarianceNormalization
        Mish NonMaxSuppression NonZero ParametricSoftplus PRelu QuantizeLinear RandomNormal RandomNormalLike
        RandomUniform RandomUniformLike Reciprocal Resize RMSNormalization RNN RoiAlign RotaryEmbedding
        Round ScaledTanh Scan Selu Sigmoid Sin Sinh Softmax Softplus Softsign Sqrt Tan Tanh ThresholdedRelu
        Upsample
        """,
    "float32": "STFT",
    "int8": "DequantizeLinear",
    "bool": "And Not Or Xor",
    f"{_FLOAT} int32": "TensorScatter",
    f"{_FLOAT} int8 int32 int64": "Gelu",
    _NUMBER: """
        Abs Add ArgMax ArgMin DepthToSpace Div Equal Greater GreaterOrEqual IsNaN Less LessOrEqual Max Mean
        Min Mod Mul Neg Pad Pow Range ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean
        ReduceMin ReduceProd ReduceSum ReduceSumSquare Relu Scatter ScatterElements ScatterND Shrink Sign
        SpaceToDepth Sub Sum TopK
        """,
    _ANY: """
        Concat Constant ConstantOfShape Expand EyeLike Flatten Gather GatherElements GatherND Identity If
        Loop OneHot Reshape ReverseSequence Shape Size Slice Split Squeeze Tile Transpose Trilu Unsqueeze
        Where
        """,
    f"{_ANY} uint8": "Cast CastLike",
}

SUPPORTED: dict[str, frozenset[str]] = {
    operator: frozenset(types.split())
    for types, operators in _GROUPS.items()
    for operator in operators.split()
}
"""Element types by operator, in numpy's names."""
